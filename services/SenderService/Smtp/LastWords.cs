namespace Mail.SenderService.Smtp;

/// <summary>
/// What the server said since it was last asked something. Only its side is kept: never a login, never a message.
/// </summary>
internal sealed class LastWords
{
    private readonly byte[] said = new byte[2048];
    private int length;

    /// <summary>The server's words, as they came.</summary>
    public ReadOnlySpan<byte> Raw => said.AsSpan(0, length);

    /// <summary>Whether it said to go ahead with the message (354), and nothing after that.</summary>
    public bool AreGoAhead => length >= 4 && Raw.StartsWith("354"u8) && Raw[LastLine..].StartsWith("354"u8);

    private int LastLine => said.AsSpan(0, Math.Max(0, length - 1)).LastIndexOf((byte)'\n') + 1;

    public void Add(ReadOnlySpan<byte> words)
    {
        words = words[..Math.Min(words.Length, said.Length - length)];
        words.CopyTo(said.AsSpan(length));
        length += words.Length;
    }

    public void Clear() => length = 0;
}

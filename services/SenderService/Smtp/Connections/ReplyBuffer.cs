namespace Mail.SenderService.Smtp.Connections;

/// <summary>
/// What the server said since it was last asked something. Only its side is kept: never a login, never a message.
/// </summary>
internal sealed class ReplyBuffer
{
    // A hundred recipients' replies in one go, each a screenful, and still far from what would fill the memory.
    private const long MaxBytes = 256 * 1024;
    private readonly byte[] _said = new byte[2048];
    private int _length;
    private long _heard;

    /// <summary>The server's words, as they came.</summary>
    public ReadOnlySpan<byte> Raw => _said.AsSpan(0, _length);

    /// <summary>Whether it said to go ahead with the message (354), and nothing after that.</summary>
    public bool AreGoAhead => _length >= 4 && Raw.StartsWith("354"u8) && Raw[LastLine..].StartsWith("354"u8);

    /// <summary>Whether there is nothing that could still be read as an answer: it said nothing, or to go ahead.</summary>
    public bool AreNoAnswer => _length == 0 || AreGoAhead;

    /// <summary>Whether it said that it is closing (RFC 5321, 3.8).</summary>
    public bool AreFarewell => Raw.StartsWith("421"u8);

    private int LastLine => _said.AsSpan(0, Math.Max(0, _length - 1)).LastIndexOf((byte)'\n') + 1;

    /// <summary>Whether it says more than any reply could be.</summary>
    public bool AreEndless => _heard > MaxBytes;

    public void Add(ReadOnlySpan<byte> words)
    {
        _heard += words.Length;
        words = words[..Math.Min(words.Length, _said.Length - _length)];
        words.CopyTo(_said.AsSpan(_length));
        _length += words.Length;
    }

    public void Clear()
    {
        _length = 0;
        _heard = 0;
    }
}

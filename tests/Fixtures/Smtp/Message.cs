using System.Buffers;

namespace Mail.Tests.Fixtures.Smtp;

/// <summary>A message's bytes in a borrowed buffer.</summary>
internal sealed class Message : IDisposable
{
    private readonly byte[] _buffer;
    private readonly int _length;

    private Message(byte[] buffer, int length)
    {
        _buffer = buffer;
        _length = length;
    }

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Takes the dot away from every line that begins with one (RFC 5321, 4.5.2).</summary>
    public static Message Unstuff(ReadOnlySpan<byte> stuffed)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(stuffed.Length);
        var length = 0;
        if (stuffed.StartsWith("."u8))
            stuffed = stuffed[1..];
        for (int at; (at = stuffed.IndexOf("\r\n."u8)) >= 0; stuffed = stuffed[(at + 3)..])
        {
            stuffed[..(at + 2)].CopyTo(buffer.AsSpan(length));
            length += at + 2;
        }

        stuffed.CopyTo(buffer.AsSpan(length));
        return new Message(buffer, length + stuffed.Length);
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);
}

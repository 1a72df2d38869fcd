using System.Buffers;

namespace Mail.SenderService.Smtp.Connections;

/// <summary>
/// Gathers the blocks that a long message is written in, so that they are sent together. What is shorter than one of them is the end of a
/// message, or a message that needs no gathering, and is not kept.
/// </summary>
internal sealed class MessageBlock
{
    /// <summary>As MailKit writes them.</summary>
    private const int Smallest = 4096;

    private const int Largest = 64 * 1024;
    private byte[] _bytes = [];
    private int _length;

    /// <summary>Whether nothing was kept.</summary>
    public bool IsEmpty => _length == 0;

    /// <summary>What was kept, until the next <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Kept => _bytes.AsMemory(0, _length);

    /// <summary>Keeps a copy; false where it is too short for that, or where there is no room.</summary>
    public bool TryKeep(ReadOnlySpan<byte> write)
    {
        if (write.Length < Smallest || _length + write.Length > Largest)
            return false;
        if (_bytes.Length == 0)
            _bytes = ArrayPool<byte>.Shared.Rent(Largest);
        write.CopyTo(_bytes.AsSpan(_length));
        _length += write.Length;
        return true;
    }

    /// <summary>Forgets what was kept, and gives its room back.</summary>
    public void Clear()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, _length) = ([], 0);
    }
}

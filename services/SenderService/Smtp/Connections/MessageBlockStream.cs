using System.Buffers;

namespace Mail.SenderService.Smtp.Connections;

/// <summary>
/// Between MailKit and <see cref="SmtpStream"/>: gathers the blocks of 4 KiB that MailKit writes a long message in, so that they are sent
/// together. A system call for each would take more time than all else. What is shorter than a block is the end of a message, or a command,
/// and is sent at once.
/// </summary>
internal sealed class MessageBlockStream(SmtpStream stream) : AsyncStream
{
    /// <summary>As MailKit writes them.</summary>
    private const int BlockSize = 4096;

    private const int MaxKept = 64 * 1024;
    private byte[] _kept = [];
    private int _length;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await FlushAsync(cancellationToken);
        return await stream.ReadAsync(buffer, cancellationToken);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (stream.IsInMessage && TryKeep(buffer.Span))
            return;
        await FlushAsync(cancellationToken);
        await stream.WriteAsync(buffer, cancellationToken);
    }

    /// <summary>Sends what was kept. MailKit asks for it before it waits for an answer.</summary>
    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_length == 0)
            return;
        try
        {
            await stream.WriteAsync(_kept.AsMemory(0, _length), cancellationToken);
        }
        finally
        {
            Clear();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Clear();
            stream.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool TryKeep(ReadOnlySpan<byte> write)
    {
        if (write.Length < BlockSize || _length + write.Length > MaxKept)
            return false;
        if (_kept.Length == 0)
            _kept = ArrayPool<byte>.Shared.Rent(MaxKept);
        write.CopyTo(_kept.AsSpan(_length));
        _length += write.Length;
        return true;
    }

    private void Clear()
    {
        if (_kept.Length > 0)
            ArrayPool<byte>.Shared.Return(_kept);
        (_kept, _length) = ([], 0);
    }
}

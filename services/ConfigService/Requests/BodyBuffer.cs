using System.Buffers;

namespace Mail.ConfigService.Requests;

/// <summary>
/// The bytes of a body, in an array that others had before and will have after: a body of megabytes in an array of its own would be
/// a large object for the next full collection only. It grows in three steps, each with a share of <see cref="BodyMemory"/>.
/// </summary>
/// <param name="memory">What all bodies together may take.</param>
/// <param name="announced">How many bytes there will be, by what a caller says: believed once it has sent <see cref="Medium"/>.</param>
internal sealed class BodyBuffer(BodyMemory memory, long? announced) : IDisposable
{
    /// <summary>What most bodies fit in, which takes no share.</summary>
    private const int Small = 64 * 1024;

    private const int Medium = 1024 * 1024;
    private byte[] _bytes = [];
    private int _length;
    private IDisposable? _share;

    /// <summary>What was appended; not to be used after <see cref="Dispose"/>.</summary>
    internal ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    /// <summary>Makes room for so many bytes in all; where other bodies take the memory, waits for it.</summary>
    /// <exception cref="Problems.ProblemException">It was not free in time.</exception>
    internal async ValueTask ReserveAsync(int length, CancellationToken cancellationToken)
    {
        if (length <= _bytes.Length)
            return;
        if (length <= Small)
            Grow(Math.Max(length, 4096));
        else if (length <= Medium)
            Grow(Medium, await memory.TakeMediumAsync(cancellationToken));
        else
        {
            var size = Math.Max(length, announced is <= RequestBody.MaxBytes ? (int)announced : RequestBody.MaxBytes);
            Grow(size, await memory.TakeLargeAsync(size, cancellationToken));
        }
    }

    /// <summary>Copies them behind the others, for which there must be room.</summary>
    internal void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    public void Dispose()
    {
        GiveBack();
        (_bytes, _length) = ([], 0);
    }

    private void Grow(int size, IDisposable? share = null)
    {
        var larger = ArrayPool<byte>.Shared.Rent(size);
        Written.CopyTo(larger);
        GiveBack();
        (_bytes, _share) = (larger, share);
    }

    private void GiveBack()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _share?.Dispose();
        _share = null;
    }
}

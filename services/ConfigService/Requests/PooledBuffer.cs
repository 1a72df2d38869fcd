using System.Buffers;

namespace Mail.ConfigService.Requests;

/// <summary>
/// Bytes in an array that others had before and will have after: a body of megabytes in an array of its own would be a large object for
/// the next full collection only.
/// </summary>
/// <param name="announced">How many bytes there will be, by what a caller says: believed once it has sent a good deal of them.</param>
internal sealed class PooledBuffer(long? announced) : IDisposable
{
    private const int Least = 4096;
    private const int GoodDeal = 1024 * 1024;

    private byte[] _bytes = [];
    private int _length;

    /// <summary>What was appended; not to be used after <see cref="Dispose"/>.</summary>
    internal ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    /// <summary>Copies them behind the others.</summary>
    internal void Append(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _bytes.Length)
            Grow(_length + bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    public void Dispose()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, _length) = ([], 0);
    }

    private void Grow(int least)
    {
        // In few steps: each array that was too small stays in the pool.
        var wanted = _length < GoodDeal ? Math.Min(_bytes.Length * 2, GoodDeal) : announced is > 0 and <= RequestBody.MostBytes ? (int)announced : _bytes.Length * 8;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(least, wanted), Least));
        Written.CopyTo(larger);
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}

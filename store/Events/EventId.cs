using System.Buffers.Binary;

namespace Mail.Store;

/// <summary>
/// The id of an event: a UUIDv7 (RFC 9562 section 5.7) that is made from where the event stands, so that no row holds it and no index is
/// needed to find the event again. Its random bits are 50 bits of the transaction and the last 24 of the number.
/// </summary>
public static class EventId
{
    private const ulong LowXid = (1UL << 38) - 1;
    private const long LowId = (1L << 24) - 1;

    // 48 bits of milliseconds lead beyond the year 9999.
    private static readonly long _lastTime = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>The id of the event at a place.</summary>
    public static Guid From(EventPosition position)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(
            bytes, ((ulong)position.At.ToUnixTimeMilliseconds() << 16) | 0x7000 | ((position.Xid >> 38) & 0xFFF));
        BinaryPrimitives.WriteUInt64BigEndian(
            bytes[8..], (2UL << 62) | ((position.Xid & LowXid) << 24) | (ulong)(position.Id & LowId));
        return new(bytes, bigEndian: true);
    }

    /// <summary>The transaction, the last 24 bits of the number, and the millisecond; null where it is no such id.</summary>
    public static (ulong Xid, long LastBits, DateTimeOffset At)? Read(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var (first, second) = (BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
        var at = (long)(first >> 16);
        return (first & 0xF000) != 0x7000 || second >> 62 != 2 || at > _lastTime
            ? null
            : (((first & 0xFFF) << 38) | ((second >> 24) & LowXid), (long)second & LowId, DateTimeOffset.FromUnixTimeMilliseconds(at));
    }
}

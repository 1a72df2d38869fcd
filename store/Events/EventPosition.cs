using System.Runtime.InteropServices;

namespace Mail.Store;

/// <summary>
/// Where an event stands in the order of commits: first by the transaction that wrote it, then by its number. An event's number is larger
/// than that of every event that was committed before its statement began.
/// </summary>
/// <param name="Xid">The transaction.</param>
/// <param name="Id">The number; 0 for the place before a transaction's events.</param>
/// <param name="At">When, by the database's clock: events behind this place are no older than a day before it.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct EventPosition(ulong Xid, long Id, DateTimeOffset At) : IComparable<EventPosition>
{
    /// <summary>Before every event.</summary>
    public static EventPosition Start { get; } = new(0, 0, DateTimeOffset.UnixEpoch);

    public static bool operator <(EventPosition left, EventPosition right) => left.CompareTo(right) < 0;

    public static bool operator >(EventPosition left, EventPosition right) => left.CompareTo(right) > 0;

    public static bool operator <=(EventPosition left, EventPosition right) => left.CompareTo(right) <= 0;

    public static bool operator >=(EventPosition left, EventPosition right) => left.CompareTo(right) >= 0;

    /// <summary>By transaction and number.</summary>
    public int CompareTo(EventPosition other) => (Xid, Id).CompareTo((other.Xid, other.Id));
}

namespace Mail.Store;

/// <summary>How the feed stood when it was read.</summary>
/// <param name="Epoch">The run of history.</param>
/// <param name="Start">Up to where events are no longer kept.</param>
/// <param name="Horizon">The oldest transaction that still ran.</param>
/// <param name="Ahead">The first transaction that had not begun.</param>
/// <param name="Now">The database's clock.</param>
/// <param name="Began">Where the run of history began.</param>
/// <param name="Newest">The last event behind the reader's place; null where there is none.</param>
internal sealed record FeedState(
    long Epoch, EventPosition Start, ulong Horizon, ulong Ahead, DateTimeOffset Now, EventPosition Began, EventPosition? Newest)
{
    /// <summary>Where a reader goes on that has read everything, and of those it read this one last.</summary>
    internal EventPosition EndAfter(EventPosition last) =>
        Newest > last ? Newest.Value
        : last > EventPosition.Start ? last
        // What began while an older transaction still runs is no place behind that.
        : Began.Xid < Horizon ? Began : new(Horizon, 0, Now);

    /// <summary>
    /// Whether a reader would miss something after this cursor, or read what it knows already. One that is ahead of every transaction was
    /// given out by a database that went back since.
    /// </summary>
    internal bool Refuses(FeedCursor cursor) =>
        cursor.Epoch != Epoch || cursor.Position < Start || cursor.Position.Xid > Ahead;
}

/// <summary>A part of the feed.</summary>
/// <param name="Events">The events, in the order of commits.</param>
/// <param name="Next">Where to go on.</param>
/// <param name="HasMore">Whether more was there already.</param>
public sealed record FeedPage(IReadOnlyList<FeedEvent> Events, FeedCursor Next, bool HasMore);

/// <summary>Events after a cursor are no longer kept, or the cursor is of another history: from before a restore.</summary>
/// <param name="oldest">Where a reader can begin.</param>
/// <param name="began">Where this history began.</param>
#pragma warning disable CA1032 // it always says where to begin
public sealed class CursorExpiredException(FeedCursor oldest, FeedCursor began) : Exception("The cursor has expired.")
{
    /// <summary>Where this history began: behind everything that was restored.</summary>
    public FeedCursor Began { get; } = began;

    /// <summary>Where a reader can begin.</summary>
    public FeedCursor Oldest { get; } = oldest;
}

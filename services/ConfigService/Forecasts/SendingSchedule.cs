using Mail.Store;

namespace Mail.ConfigService.Forecasts;

/// <summary>
/// When each pending e-mail will be sent, as things stand: the queue in the order of due times, handed over at the senders' pace. An e-mail
/// whose turn comes after its <c>send_before</c> expires and takes no time. Pure.
/// </summary>
internal sealed class SendingSchedule
{
    private readonly List<Turn> _turns;
    private readonly Throughput _throughput;

    private SendingSchedule(List<Turn> turns, Throughput throughput, DateTimeOffset now) => (_turns, _throughput, Now) = (turns, throughput, now);

    /// <summary>The turn of a block of e-mails.</summary>
    /// <param name="Block">The block.</param>
    /// <param name="Starts">When the first of them is handed over, or would be if it had not expired.</param>
    /// <param name="Lasts">From the first hand-over to the last.</param>
    /// <param name="Sent">How many are sent; the rest expires first.</param>
    /// <param name="NextFree">When the e-mails behind them can begin.</param>
    private sealed record Turn(PendingQueue.Block Block, DateTimeOffset Starts, TimeSpan Lasts, int Sent, DateTimeOffset NextFree);

    /// <summary>E-mails with one fate: those of a block that are sent, or those that are not.</summary>
    /// <param name="DueAt">When they are due; where they are due over some time, in the middle of it.</param>
    /// <param name="Count">How many there are.</param>
    /// <param name="ExpectedAt">When the server will have taken them, in the middle; null where they are not sent.</param>
    /// <param name="LastExpectedAt">When it will have taken the last of them; null where they are not sent.</param>
    internal sealed record Group(DateTimeOffset DueAt, int Count, DateTimeOffset? ExpectedAt, DateTimeOffset? LastExpectedAt)
    {
        /// <summary>E-mails that are not sent as things stand.</summary>
        internal static Group NotSent(PendingQueue.Block block) => new(block.DueAt + (Spread(block) / 2), block.Count, null, null);
    }

    /// <summary>The database's clock when the queue was read.</summary>
    internal DateTimeOffset Now { get; }

    /// <summary>E-mails a second.</summary>
    internal double PerSecond => _throughput.PerSecond;

    /// <summary>All e-mails of the queue.</summary>
    internal IEnumerable<Group> Groups()
    {
        foreach (var turn in _turns)
        {
            var due = turn.Block.DueAt + (Spread(turn.Block) / 2);
            var first = turn.Starts + _throughput.HandOver;
            if (turn.Sent > 0)
                yield return new(due, turn.Sent, first + (turn.Lasts / 2), first + turn.Lasts);
            if (turn.Sent < turn.Block.Count)
                yield return new(due, turn.Block.Count - turn.Sent, null, null);
        }
    }

    /// <summary>E-mails of one client, which are among all others in the queue.</summary>
    internal Group GroupOf(PendingQueue.Block block)
    {
        var expected = ExpectedAt(block.DueAt, block.Id, block.SendBefore);
        return new(block.DueAt, block.Count, expected, expected);
    }

    /// <summary>Goes through the queue.</summary>
    /// <param name="queue">The e-mails, in their order.</param>
    /// <param name="throughput">How fast they are handed over.</param>
    /// <param name="now">The time.</param>
    internal static SendingSchedule Simulate(IReadOnlyList<PendingQueue.Block> queue, Throughput throughput, DateTimeOffset now)
    {
        var turns = new List<Turn>(queue.Count);
        var pace = TimeSpan.FromSeconds(1 / throughput.PerSecond);
        var free = now;
        foreach (var block in queue)
        {
            var starts = Later(free, block.DueAt);
            var sent = starts > block.SendBefore ? 0 : (int)Math.Min(block.Count, ((block.SendBefore - starts) / pace) + 1);
            var end = starts + (sent * pace);
            // The last one goes no sooner than it is due.
            if (sent == block.Count)
                end = Later(end, block.LastDueAt + pace);
            turns.Add(new(block, starts, sent > 1 ? end - pace - starts : TimeSpan.Zero, sent, sent == 0 ? free : end));
            free = turns[^1].NextFree;
        }

        return new(turns, throughput, now);
    }

    /// <summary>When the server will have taken an e-mail; null where it expires first.</summary>
    /// <param name="dueAt">When it is due.</param>
    /// <param name="id">The e-mail.</param>
    /// <param name="sendBefore">When it expires.</param>
    internal DateTimeOffset? ExpectedAt(DateTimeOffset dueAt, Guid id, DateTimeOffset sendBefore)
    {
        var index = IndexOf(dueAt, id);
        var starts = index < 0 ? Later(Now, dueAt) : Later(StartIn(index, dueAt, id), dueAt);
        return starts > sendBefore ? null : starts + _throughput.HandOver;
    }

    // Within a block nobody knows how many are before it: by its due time where they differ, else in the middle.
    private DateTimeOffset StartIn(int index, DateTimeOffset dueAt, Guid id)
    {
        var turn = _turns[index];
        if (turn.Block.Id == id)
            return turn.Starts;
        if (turn.Block.Count == 1 || dueAt > turn.Block.LastDueAt)
            return turn.NextFree;
        var spread = Spread(turn.Block);
        return turn.Starts + (turn.Lasts * (spread > TimeSpan.Zero ? (dueAt - turn.Block.DueAt) / spread : 0.5));
    }

    private static TimeSpan Spread(PendingQueue.Block block) => block.LastDueAt - block.DueAt;

    // The last block that begins with this e-mail or with one before it; -1 where it is before all of them.
    private int IndexOf(DateTimeOffset dueAt, Guid id)
    {
        var (low, high) = (0, _turns.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var block = _turns[middle].Block;
            if (block.DueAt < dueAt || (block.DueAt == dueAt && block.Id.CompareTo(id) <= 0))
                low = middle + 1;
            else
                high = middle;
        }

        return low - 1;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}

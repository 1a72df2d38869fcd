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

    private readonly DateTimeOffset _begins;

    private SendingSchedule(List<Turn> turns, Throughput throughput, DateTimeOffset begins) =>
        (_turns, _throughput, _begins) = (turns, throughput, begins);

    /// <summary>The turn of a block of e-mails.</summary>
    /// <param name="Block">The block.</param>
    /// <param name="Starts">When the first of them is handed over, or would be if it had not expired.</param>
    /// <param name="Lasts">From the first hand-over to the last.</param>
    /// <param name="Sent">How many are sent; the rest expires first.</param>
    /// <param name="NextFree">When the e-mails behind them can begin.</param>
    private sealed record Turn(PendingQueue.Block Block, DateTimeOffset Starts, TimeSpan Lasts, int Sent, DateTimeOffset NextFree);

    /// <summary>E-mails with one fate: those of a block that are sent, or those that are not.</summary>
    /// <param name="DueAt">When the first is due.</param>
    /// <param name="LastDueAt">When the last is due; the others are taken to be due in between, evenly.</param>
    /// <param name="Count">How many there are.</param>
    /// <param name="ExpectedAt">When the server will have taken the first; null where they are not sent.</param>
    /// <param name="LastExpectedAt">When it will have taken the last.</param>
    internal sealed record Group(
        DateTimeOffset DueAt, DateTimeOffset LastDueAt, int Count, DateTimeOffset? ExpectedAt = null, DateTimeOffset? LastExpectedAt = null)
    {
        /// <summary>How long after it is due an e-mail in the middle is sent; null where they are not sent.</summary>
        internal TimeSpan? Lateness => ((ExpectedAt - DueAt) + (LastExpectedAt - LastDueAt)) / 2;

        /// <summary>E-mails that are not sent as things stand.</summary>
        internal static Group NotSent(PendingQueue.Block block) => new(block.DueAt, block.LastDueAt, block.Count);
    }

    /// <summary>E-mails a second.</summary>
    internal double PerSecond => _throughput.PerSecond;

    /// <summary>All e-mails of the queue.</summary>
    internal IEnumerable<Group> Groups()
    {
        foreach (var (block, starts, lasts, sent, _) in _turns)
        {
            var first = starts + _throughput.AttemptDuration;
            if (sent > 0)
                yield return new(block.DueAt, block.LastDueAt, sent, first, first + lasts);
            if (sent < block.Count)
                yield return new(block.DueAt, block.LastDueAt, block.Count - sent);
        }
    }

    /// <summary>E-mails of one client, which are among all others in the queue.</summary>
    internal Group GroupOf(PendingQueue.Block block) =>
        ExpectedAt(block.DueAt, block.Id, block.SendBefore) is { } first
            ? new(
                block.DueAt, block.LastDueAt, block.Count, first,
                Later(first, ExpectedAt(block.LastDueAt, block.Id, DateTimeOffset.MaxValue) ?? first))
            : Group.NotSent(block);

    /// <summary>Goes through the queue.</summary>
    /// <param name="queue">The e-mails, in their order.</param>
    /// <param name="throughput">How fast they are handed over.</param>
    /// <param name="now">The time.</param>
    internal static SendingSchedule Simulate(IReadOnlyList<PendingQueue.Block> queue, Throughput throughput, DateTimeOffset now)
    {
        var turns = new List<Turn>(queue.Count);
        var pace = TimeSpan.FromSeconds(1 / throughput.PerSecond);
        var begins = Later(now, throughput.Begins ?? now);
        var free = begins;
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

        return new(turns, throughput, begins);
    }

    /// <summary>When the server will have taken an e-mail; null where it expires first.</summary>
    /// <param name="dueAt">When it is due.</param>
    /// <param name="id">The e-mail.</param>
    /// <param name="sendBefore">When it expires.</param>
    internal DateTimeOffset? ExpectedAt(DateTimeOffset dueAt, Guid id, DateTimeOffset sendBefore)
    {
        var index = IndexOf(dueAt, id);
        var starts = index < 0 ? Later(_begins, dueAt) : Later(StartIn(index, dueAt, id), dueAt);
        return starts > sendBefore ? null : starts + _throughput.AttemptDuration;
    }

    // Its place within a block is not known: it is estimated by the due time where due times differ, else as the middle.
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

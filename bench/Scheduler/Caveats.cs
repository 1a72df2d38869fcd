namespace Mail.Bench.Scheduler;

/// <summary>What to know before quoting a number.</summary>
internal static class Caveats
{
    internal static IReadOnlyList<string> All(Options options) =>
    [
        .. options.Quick ? ["Measured with --quick: far too little work for numbers to show."] : Array.Empty<string>(),
        "One process of each subject, and the servers share its cores: this says how they compare here, not what either does elsewhere.",
        "Confirmed: the broker's confirm has come, for a quorum queue that nobody consumes. The peers' is seen by an observer of the bus, "
        + "ours is the scheduler's own metric. Due and confirmed are read from one clock, the database's included.",
        "PostgreSQL syncs every commit, and Npgsql prepares repeated statements by itself for all. Between measures the queue is emptied, "
        + "and the database vacuumed, analysed and checkpointed.",
        "Ours stores the whole envelope as it will travel; the peers store the message alone and make the envelope when it is due. Their "
        + "rows are smaller for it.",
        "A cancel of ours leaves a tombstone, which also stops a schedule that arrives after it; the peers' only delete what is there.",
        "Lateness: what is measured was scheduled ten seconds before. Ours had a million other messages pending, scheduled by its bulk "
        + "call; the peers a hundred thousand, most of them cloned in SQL to save time.",
        "Quartz: clustered, 20 threads, recovery requested, all else by default; on a database it takes 20 triggers a round by itself. "
        + "MassTransit.Quartz cannot be had for this version, so the job does what its job does: send over the bus and await the confirm.",
        "Hangfire: 20 workers, both polling intervals 1 s (15 s by default), the thread pool's minimum raised to 32 because its calls "
        + "block. It keeps due times in whole seconds, hence what it sends early. It has no bulk call. Where it drains less than a hundred "
        + "a second, its lateness is a queue that grows.",
    ];
}

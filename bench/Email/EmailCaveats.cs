namespace Mail.Bench.Email;

/// <summary>What to know before quoting a number.</summary>
internal static class EmailCaveats
{
    internal static IReadOnlyList<string> All(Options options) =>
    [
        .. options.Quick ? ["Measured with --quick: far too little work for numbers to show."] : Array.Empty<string>(),
        "From the caller to the final dot at the sink, an SMTP server of the bench's own that takes everything at once: with a server far "
        + "away the number of connections would matter more, and all subjects would be nearer to each other.",
        "Everything shares the machine's processors: the subject, PostgreSQL, RabbitMQ (ours alone uses it), the sink, and the caller "
        + "while it stores.",
        "PostgreSQL syncs every commit. Ours confirms every message with RabbitMQ, and acknowledges it after the outcome is committed. "
        + "Before each measure the database was vacuumed, analysed and checkpointed.",
        "Ours keeps a timeline, the claim and the server's reply of each e-mail for good; the peers delete what is done (Quartz at once, "
        + "Hangfire after a day).",
        "Ours is three processes, called over HTTP. Each peer is one process, which is also the caller: its memory is the bench's own.",
        "Quartz: clustered, 20 threads, recovery requested, all else by default, in bulk a thousand a call. Hangfire: 20 workers, both "
        + "polling intervals 1 s (15 s by default); it keeps due times in whole seconds, hence what it sends early, and has no bulk call. "
        + "Both send with MailKit over connections that are kept.",
        "Others that are pending: ours by its REST API, all of one short text; the peers' cloned in SQL. Lateness by the clock of this "
        + "machine, which is the database's too.",
    ];
}

using Mail.Store;
using Npgsql;

namespace Mail.ConfigService.Forecasts;

/// <summary>What an e-mail's sending depends on, apart from the e-mail itself: the time, the senders, and what is held back.</summary>
/// <param name="Now">The database's clock.</param>
/// <param name="Senders">The live ones.</param>
/// <param name="Holds">All of them.</param>
/// <param name="Counted">When a SchedulerService last reached both database and broker; null where none ever did.</param>
internal sealed record SendingConditions(
    DateTimeOffset Now, IReadOnlyList<Sender> Senders, IReadOnlyList<Hold> Holds, DateTimeOffset? Counted)
{
    private const string Query = $"""
        select null::jsonb, clock_timestamp(), {Installations.LastCount}
        union all
        select data, null, null from {MailRegistry.Schema}.mt_doc_hold
        """;

    /// <summary>No senders and no holds, for answers that need neither.</summary>
    internal static SendingConditions Nothing { get; } = new(default, [], [], null);

    /// <summary>Why nothing is sent now, as the end of a sentence; null where something could be.</summary>
    internal string? Blocked => SendingStatus.Blocked(Senders) ?? (Now - Counted < Installations.SilentAfter
        ? null
        : "no SchedulerService has reached PostgreSQL and RabbitMQ for a while: look at whether it runs, and at its log");

    /// <summary>
    /// Bytes of the largest message that any sender's server takes (RFC 1870); null where no sender is ready, or the server of one does
    /// not say.
    /// </summary>
    internal long? LargestTaken
    {
        get
        {
            var ready = Senders.Where(sender => sender.State == SenderState.Ready).ToList();
            return ready.TrueForAll(sender => sender.MaxMessageBytes is not null) ? ready.Max(sender => sender.MaxMessageBytes) : null;
        }
    }

    /// <summary>Bytes of the largest message that a server takes, where this e-mail is larger; null where one may take it.</summary>
    internal long? TooLargeFor(ScheduledEmail email) =>
        email.MessageBytes is { } size && LargestTaken is { } most && size > most ? most : null;

    /// <summary>When the pending e-mails are sent; null where the queue has not been read.</summary>
    internal SendingSchedule? Schedule { get; init; }

    /// <summary>When the server will have taken a pending e-mail; null where it is held, expires first or could not be sent.</summary>
    internal DateTimeOffset? ExpectedAt(ScheduledEmail email)
    {
        if (email.Status != EmailStatus.Pending || HoldOf(email.ClientId) is not null || Blocked is not null
            || TooLargeFor(email) is not null || (Schedule ?? ScheduleOf([])) is not { } schedule)
        {
            return null;
        }

        var expected = schedule.ExpectedAt(email.DueAt, email.Id, email.SendBefore);
        return expected < Now ? Now : expected;
    }

    /// <summary>When the e-mails of a queue are sent; null where nothing could be.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="nextSlots">When the first free slot of each account with a rate is.</param>
    internal SendingSchedule? ScheduleOf(
        IReadOnlyList<PendingQueue.Block> queue, IReadOnlyDictionary<string, DateTimeOffset>? nextSlots = null) =>
        Blocked is null && Throughput.Estimate(Senders, nextSlots, Now) is { } throughput
            ? SendingSchedule.Simulate(queue, throughput, Now)
            : null;

    /// <summary>Whether what can be sent is still what it was then: the same holds, and senders that can send or not.</summary>
    internal bool IsLike(SendingConditions before) =>
        (Blocked is null) == (before.Blocked is null) && LargestTaken == before.LargestTaken
        && Holds.Select(hold => hold.Id).ToHashSet(StringComparer.Ordinal).SetEquals(before.Holds.Select(hold => hold.Id));

    /// <summary>What holds everything back; null where nothing does.</summary>
    internal Hold? Everything => Holds.FirstOrDefault(hold => hold.Id == Hold.Everything);

    /// <summary>What holds back this client's e-mails; null where nothing does.</summary>
    internal Hold? HoldOf(string clientId) => Everything ?? Holds.FirstOrDefault(hold => hold.Id == clientId);

    /// <summary>Reads them for a request that holds no connection at the moment.</summary>
    internal static Task<SendingConditions> ReadAsync(UnitOfWork unit, CancellationToken cancellationToken) =>
        unit.ConnectAsync(connection => ReadAsync(connection, cancellationToken), cancellationToken);

    /// <summary>Reads them in one round trip, since nearly every request does.</summary>
    internal static async Task<SendingConditions> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new(LiveSenders.Load), new(Query) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var live = await LiveSenders.ReadAsync(reader, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var (now, counted, holds) = (default(DateTimeOffset), (DateTimeOffset?)null, new List<Hold>());
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.IsDBNull(0))
            {
                (now, counted) = (reader.GetFieldValue<DateTimeOffset>(1), reader.IsDBNull(2)
                    ? null
                    : reader.GetFieldValue<DateTimeOffset>(2));
            }
            else
                holds.Add(StoreJson.Read<Hold>(reader, 0));
        }

        return new(now, [.. live.Select(each => each.Sender)], holds, counted);
    }
}

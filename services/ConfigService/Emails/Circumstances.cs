using Mail.ConfigService.Status;
using Mail.Store;
using Marten;

namespace Mail.ConfigService.Emails;

/// <summary>What an e-mail's prospects hang on, apart from itself: the time, the senders, and what is held back.</summary>
internal sealed class Circumstances(LiveSenders senders, IDocumentStore store, Npgsql.NpgsqlDataSource dataSource)
{
    /// <summary>One look at them.</summary>
    /// <param name="Now">The database's clock.</param>
    /// <param name="Senders">The live ones.</param>
    /// <param name="Holds">All of them.</param>
    /// <param name="Counted">When a SchedulerService last reached both database and broker; null where none ever did.</param>
    internal sealed record Seen(DateTimeOffset Now, IReadOnlyList<Sender> Senders, IReadOnlyList<Hold> Holds, DateTimeOffset? Counted)
    {
        /// <summary>Why nothing is sent now, as the end of a sentence; null where something could be.</summary>
        internal string? Blocked => SendingStatus.Blocked(Senders) ?? (Now - Counted < Installations.SilentAfter
            ? null
            : "no SchedulerService has reached PostgreSQL and RabbitMQ for a while: look at whether it runs, and at its log");

        /// <summary>What holds back this client's e-mails; null where nothing does.</summary>
        internal Hold? HoldOf(string clientId) =>
            Holds.FirstOrDefault(hold => hold.Id == Hold.Everything) ?? Holds.FirstOrDefault(hold => hold.Id == clientId);
    }

    internal async Task<Seen> LookAsync(CancellationToken cancellationToken)
    {
        await using var session = store.QuerySession();
        var holds = await session.Query<Hold>().ToListAsync(cancellationToken);
        var live = await senders.LoadAsync(cancellationToken);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return new(await Unit.NowAsync(connection, cancellationToken), [.. live.Select(each => each.Sender)], holds, await Installations.LastCountAsync(connection, cancellationToken));
    }
}

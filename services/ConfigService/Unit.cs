using Mail.ConfigService.Problems;
using Mail.Store;
using Marten;
using Npgsql;

namespace Mail.ConfigService;

/// <summary>One transaction over documents, e-mails and outbox: all of it is committed, or none.</summary>
internal sealed class Unit(NpgsqlDataSource dataSource, IDocumentStore store)
{
    /// <summary>What a use case works with while its transaction is open.</summary>
    /// <param name="Connection">For <see cref="Transitions"/> and <see cref="Outbox"/>.</param>
    /// <param name="Session">For documents; saved before the commit.</param>
    /// <param name="Now">The database's clock.</param>
    internal sealed record Work(NpgsqlConnection Connection, IDocumentSession Session, DateTimeOffset Now);

    /// <summary>Runs <paramref name="work"/> and commits; a refusal or failure rolls everything back.</summary>
    internal async Task<T> RunAsync<T>(Func<Work, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var session = store.LightweightSession(Marten.Services.SessionOptions.ForTransaction(transaction));
        var result = await work(new(connection, session, await NowAsync(connection, cancellationToken)));
        await session.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return result;
    }

    /// <summary>Waits for whoever else works on the same thing; the lock goes with the transaction.</summary>
    internal static async Task LockAsync(Work work, string name, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended($1, 0))", work.Connection) { Parameters = { new() { Value = name } } };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Whether nobody else works on the same thing; if so, nobody does until the transaction ends.</summary>
    internal static async Task<bool> TryLockAsync(Work work, string name, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select pg_try_advisory_xact_lock(hashtextextended($1, 0))", work.Connection) { Parameters = { new() { Value = name } } };
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    internal static async Task<DateTimeOffset> NowAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select clock_timestamp()", connection);
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancellationToken))!, TimeSpan.Zero);
    }

    /// <summary>An e-mail that this caller may see, or the refusal that there is none.</summary>
    internal static async Task<ScheduledEmail> EmailAsync(IQuerySession session, string id, Access.Caller caller, CancellationToken cancellationToken) =>
        await session.LoadAsync<ScheduledEmail>(EmailId(id), cancellationToken) is { } email && caller.Sees(email.ClientId) ? email : throw Refusal.EmailNotFound();

    /// <summary>The id that a path names, or the refusal that there is no such e-mail.</summary>
    internal static Guid EmailId(string id) => Guid.TryParseExact(id, "D", out var emailId) ? emailId : throw Refusal.EmailNotFound();
}

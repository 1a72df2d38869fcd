using System.Data;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;
using Marten;
using Npgsql;

namespace Mail.ConfigService;

/// <summary>
/// The only way from a request to the database. A request holds one connection at a time, for as short as it can, and
/// asks for it in a queue that ends in a 503: see <see cref="ConnectionQueue"/>.
/// </summary>
/// <remarks>
/// Each method refuses to run inside another one. A request that held a connection and waited for a second one would wait
/// for requests that do the same, and twenty of them would stop the service.
/// </remarks>
internal sealed class UnitOfWork(NpgsqlDataSource dataSource, IDocumentStore store, ConnectionQueue queue)
{
    /// <summary>What a use case works with while its transaction is open.</summary>
    /// <param name="Connection">For <see cref="EmailChanges"/> and <see cref="Outbox"/>.</param>
    /// <param name="Session">For documents; saved before the commit.</param>
    /// <param name="Now">The database's clock.</param>
    internal sealed record Work(NpgsqlConnection Connection, IDocumentSession Session, DateTimeOffset Now);

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction over documents, e-mails and outbox. A refusal or failure rolls everything back.
    /// </summary>
    internal async Task<T> RunAsync<T>(Func<Work, Task<T>> work, CancellationToken cancellationToken)
    {
        using var turn = await queue.EnterAsync(cancellationToken);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var session = store.LightweightSession(Marten.Services.SessionOptions.ForTransaction(transaction));
        var result = await work(new(connection, session, await NowAsync(connection, cancellationToken)));
        await session.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return result;
    }

    /// <summary>
    /// The same, one at a time for each <paramref name="name"/> over all instances. Those of this instance wait for each other
    /// without a connection, so that many saves of one client keep no other client waiting.
    /// </summary>
    internal async Task<T> RunInTurnAsync<T>(string name, Func<Work, Task<T>> work, CancellationToken cancellationToken)
    {
        using var turn = await queue.TakeTurnAsync(name, cancellationToken);
        return await RunAsync(
            async unit =>
            {
                await LockAsync(unit, name, cancellationToken);
                return await work(unit);
            },
            cancellationToken);
    }

    /// <summary>Reads with several statements as of one instant: what commits in between is seen by none of them.</summary>
    internal async Task<T> ReadAsync<T>(Func<Work, Task<T>> read, CancellationToken cancellationToken)
    {
        using var turn = await queue.EnterAsync(cancellationToken);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using var session = store.LightweightSession(Marten.Services.SessionOptions.ForTransaction(transaction));
        return await read(new(connection, session, await NowAsync(connection, cancellationToken)));
    }

    /// <summary>Reads documents, outside a transaction.</summary>
    internal async Task<T> QueryAsync<T>(Func<IQuerySession, Task<T>> query, CancellationToken cancellationToken)
    {
        using var turn = await queue.EnterAsync(cancellationToken);
        await using var session = store.QuerySession();
        return await query(session);
    }

    /// <summary>Runs statements outside a transaction.</summary>
    internal async Task<T> ConnectAsync<T>(Func<NpgsqlConnection, Task<T>> run, CancellationToken cancellationToken)
    {
        using var turn = await queue.EnterAsync(cancellationToken);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await run(connection);
    }

    /// <summary>
    /// The same, for answers that need no key: they have connections of their own, and never wait for requests with a key.
    /// </summary>
    internal async Task<T> ConnectWithoutKeyAsync<T>(Func<NpgsqlConnection, Task<T>> run, CancellationToken cancellationToken)
    {
        using var turn = await queue.EnterWithoutKeyAsync(cancellationToken);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await run(connection);
    }

    /// <summary>
    /// The same, for the one look at a time that the service has of its own accord: there is a connection for it, and no queue.
    /// </summary>
    internal async Task<T> ConnectAsideAsync<T>(Func<NpgsqlConnection, Task<T>> run, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await run(connection);
    }

    /// <summary>Waits until no other transaction holds the lock of this name. The lock ends with the transaction.</summary>
    private static async Task LockAsync(Work work, string name, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended($1, 0))", work.Connection)
        {
            Parameters = { new() { Value = name } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Takes the lock of this name if it is free, and holds it until the transaction ends. Returns whether it was free.</summary>
    internal static async Task<bool> TryLockAsync(Work work, string name, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select pg_try_advisory_xact_lock(hashtextextended($1, 0))", work.Connection)
        {
            Parameters = { new() { Value = name } },
        };
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    internal static async Task<DateTimeOffset> NowAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select clock_timestamp()", connection);
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancellationToken))!, TimeSpan.Zero);
    }

    /// <summary>An e-mail that this caller may see, or the refusal that there is none.</summary>
    internal static async Task<ScheduledEmail> EmailAsync(
        IQuerySession session, string id, Access.Caller caller, CancellationToken cancellationToken) =>
        await session.LoadAsync<ScheduledEmail>(EmailId(id), cancellationToken) is { } email && caller.Sees(email.ClientId)
            ? email
            : throw EmailNotFound();

    /// <summary>The same, with what it says, as of one instant.</summary>
    internal static async Task<(ScheduledEmail Email, EmailBody? Body)> EmailWithBodyAsync(
        NpgsqlConnection connection, string id, Access.Caller caller, CancellationToken cancellationToken) =>
        await EmailLookup.FindWithBodyAsync(connection, EmailId(id), cancellationToken) is { } found && caller.Sees(found.Email.ClientId)
            ? found
            : throw EmailNotFound();

    /// <summary>The id that a path names, or the refusal that there is no such e-mail.</summary>
    internal static Guid EmailId(string id) =>
        Guid.TryParseExact(id, "D", out var emailId) ? emailId : throw EmailNotFound();

    private static ProblemException EmailNotFound() => new(ProblemCodes.EmailNotFound, "There is no e-mail with this id.");
}

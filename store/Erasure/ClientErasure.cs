using Npgsql;
using static Mail.Store.ErasureSql;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>
/// Erases a client, all but how many e-mails it had. It goes batch by batch, each in a transaction of its own, so that no row is locked for
/// long; what was begun and not ended is gone on with. The client is held meanwhile, so that nothing of it is sent.
/// </summary>
public static class ClientErasure
{
    /// <summary>The most that one batch erases.</summary>
    public const int BatchSize = 1000;

    /// <summary>The name under which a client is held while it is being erased.</summary>
    public const string Holder = "erasure";

    /// <summary>Whether anything is kept of a client.</summary>
    public static async Task<bool> IsKnownAsync(NpgsqlConnection connection, string clientId, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, IsKnown, clientId);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>Holds the client, unless someone does. Returns whether it was not held.</summary>
    public static async Task<bool> HoldAsync(NpgsqlConnection connection, string clientId, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, PlaceHold, clientId);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Takes back the hold of <see cref="HoldAsync"/>.</summary>
    public static async Task ReleaseAsync(NpgsqlConnection connection, string clientId, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, LiftHold, clientId);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The e-mails of the client that are being sent.</summary>
    public static async Task<List<Guid>> SendingAsync(NpgsqlConnection connection, string clientId, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, Sending, clientId);
        var sending = new List<Guid>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            sending.Add(reader.GetGuid(0));
        return sending;
    }

    /// <summary>
    /// One batch of e-mails, and the config, in the caller's transaction, which has the client's config locked. What they say is erased
    /// later. Returns where each of them stood; fewer than <see cref="BatchSize"/> are all.
    /// </summary>
    public static async Task<Dictionary<string, long>> EraseEmailsAsync(
        NpgsqlConnection connection, string clientId, Guid erasure, CancellationToken cancellationToken)
    {
        await Planning.PlanForAsync(connection, BatchSize, cancellationToken);
        await using (var config = Command(connection, EraseConfig, clientId))
            await config.ExecuteNonQueryAsync(cancellationToken);
        await using var command = Command(connection, EraseEmails, clientId, erasure);
        var statuses = new Dictionary<string, long>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            statuses[reader.GetString(0)] = reader.GetInt64(1);
        return statuses;
    }

    /// <summary>
    /// One batch of bodies, in the caller's transaction: e-mails of the client can't be inserted until it ends. Returns whether there may
    /// be more.
    /// </summary>
    public static async Task<bool> EraseBodiesAsync(
        NpgsqlConnection connection, string clientId, Guid erasure, CancellationToken cancellationToken)
    {
        await BlockInsertsAsync(connection, clientId, cancellationToken);
        return await EraseBatchAsync(Command(connection, EraseBodies, clientId, erasure), cancellationToken);
    }

    /// <summary>One batch of remembered requests, in the caller's transaction. Returns whether there may be more.</summary>
    public static Task<bool> EraseRequestsAsync(NpgsqlConnection connection, string clientId, CancellationToken cancellationToken) =>
        EraseBatchAsync(Command(connection, EraseRequests, clientId), cancellationToken);

    /// <summary>One batch of events, in the caller's transaction. Returns whether there may be more.</summary>
    public static Task<bool> EraseEventsAsync(NpgsqlConnection connection, string clientId, CancellationToken cancellationToken) =>
        EraseBatchAsync(Command(connection, EraseEvents, clientId), cancellationToken);

    /// <summary>
    /// From now on no e-mail of the client is inserted until the transaction ends: the last batches then leave nothing behind.
    /// </summary>
    public static Task BlockInsertsAsync(NpgsqlConnection connection, string clientId, CancellationToken cancellationToken) =>
        BodyLock.TakeAsync(connection, [clientId], cancellationToken);

    /// <summary>Keys and the hold, in the caller's last transaction.</summary>
    public static async Task EraseTheRestAsync(NpgsqlConnection connection, string clientId, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, EraseTheRest, clientId);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>How many clients were erased so far, and how many e-mails stood at each status.</summary>
    public static async Task<(long Clients, Dictionary<string, long> Emails)> TotalsAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (clients, emails) = (0L, new Dictionary<string, long>(StringComparer.Ordinal));
        await using var command = new NpgsqlCommand(Totals, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.IsDBNull(0))
                clients = reader.GetInt64(1);
            else
                emails[reader.GetString(0)] = reader.GetInt64(1);
        }

        return (clients, emails);
    }

    private static async Task<bool> EraseBatchAsync(NpgsqlCommand batch, CancellationToken cancellationToken)
    {
        await using var command = batch;
        return (long)(await command.ExecuteScalarAsync(cancellationToken))! == BatchSize;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, string clientId, Guid? erasure = null)
    {
        var command = new NpgsqlCommand(sql, connection) { Parameters = { Value("client", clientId) } };
        if (sql.Contains("@limit", StringComparison.Ordinal))
            command.Parameters.Add(Value("limit", BatchSize));
        if (erasure is { } id)
            command.Parameters.Add(Value("erasure", id));
        return command;
    }
}

using Npgsql;

namespace Mail.Store;

/// <summary>
/// Who erases bodies of a client waits for who inserts e-mails of it, and keeps further ones waiting: the e-mail that is just
/// being inserted may share the body. One that is there when the e-mail is inserted stays.
/// </summary>
internal static class BodyLock
{
    /// <summary>
    /// The lock that inserting e-mails takes, for a batch; it ends with the transaction. <c>@clients</c> are the clients of the e-mails.
    /// </summary>
    internal const string Share = $"select pg_advisory_xact_lock_shared({Key}) from {Clients}";

    /// <summary>
    /// Before it, for who inserts several bodies in the order of their ids: not while someone inserts them call by call, in no
    /// order, since the two might wait for each other in a circle.
    /// </summary>
    internal const string ShareOrder = $"select pg_advisory_xact_lock_shared({OrderKey}) from {Clients}";

    private const string Key = "hashtextextended('mail.bodies/' || client, 0)";
    private const string OrderKey = "hashtextextended('mail.bodies.order/' || client, 0)";

    // In one order, so that no two wait for each other in a circle.
    private const string Clients = "(select unnest(@clients) as client order by 1) as n";

    private const string TakeOrder = $"select pg_advisory_xact_lock({OrderKey}) from {Clients}";

    // Not for ever, since callers wait behind it.
    private const string Take = $"set local lock_timeout = '10s'; select pg_advisory_xact_lock({Key}) from {Clients}";

    /// <summary>
    /// Held until the transaction ends: from now on this transaction inserts bodies of the client in any order. Taken before all other
    /// locks.
    /// </summary>
    internal static async Task TakeOrderAsync(NpgsqlConnection connection, string clientId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(TakeOrder, connection);
        command.Parameters.AddWithValue("clients", new[] { clientId });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Held until the transaction ends. Rows of e-mails are locked before it, none after but of those clients.</summary>
    internal static async Task TakeAsync(NpgsqlConnection connection, IEnumerable<string> clients, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Take, connection);
        command.Parameters.AddWithValue("clients", clients.Distinct(StringComparer.Ordinal).ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

using Mail.Store;
using Npgsql;
using static Mail.Store.Sql;

namespace Mail.ConfigService.Status;

/// <summary>
/// A client at a glance. The statements walk the list of the client's e-mails from now into the past, and its queue from now on, and look
/// at <see cref="Many"/> e-mails at the most in either direction: they take no longer for a client that has millions.
/// </summary>
public static class ClientQueries
{
    /// <summary>How many e-mails are looked at in either direction.</summary>
    public const int Many = 10_000;

    // What is tried again is to come, whenever it was due at first.
    private static readonly string _counts = $"""
        with past as (
            select status, scheduled_datetime from {Sql.Emails}
            where client_id = @client and scheduled_datetime >= statement_timestamp() - interval '7 days'
                and scheduled_datetime < statement_timestamp()
                and not (status = '{EmailStatus.Pending}' and due_at >= statement_timestamp())
            order by scheduled_datetime desc, id desc limit @many),
        future as (
            select due_at from {Sql.Emails}
            where client_id = @client and status = '{EmailStatus.Pending}' and due_at >= statement_timestamp()
            order by due_at, id limit @many)
        select status, count(*) filter (where scheduled_datetime >= statement_timestamp() - interval '24 hours'), count(*),
            null::timestamptz from past group by status
        union all
        select null, count(*), null::bigint, min(due_at) from future
        """;

    private const string Next = $"""
        select data from {Sql.Emails}
        where client_id = @client and status = '{EmailStatus.Pending}' and due_at >= statement_timestamp()
        order by due_at, id limit @limit
        """;

    /// <summary>How many e-mails of a client stand where.</summary>
    public static async Task<ClientCounts> CountAsync(NpgsqlConnection connection, string clientId, CancellationToken cancellationToken)
    {
        var day = new Dictionary<string, long>(StringComparer.Ordinal);
        var week = new Dictionary<string, long>(StringComparer.Ordinal);
        var (ahead, next) = (0L, (DateTimeOffset?)null);
        await using var command = new NpgsqlCommand(_counts, connection)
        {
            Parameters = { Value("client", clientId), Value("many", Many) },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (await reader.IsDBNullAsync(0, cancellationToken))
            {
                ahead = reader.GetInt64(1);
                next = await reader.IsDBNullAsync(3, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(3);
                continue;
            }

            var status = reader.GetString(0);
            (day[status], week[status]) = (reader.GetInt64(1), reader.GetInt64(2));
        }

        return new(day, week, ahead, next, ahead == Many || week.Values.Sum() == Many);
    }

    /// <summary>The e-mails of a client that are due next, the first of them first.</summary>
    public static async Task<List<ScheduledEmail>> NextAsync(
        NpgsqlConnection connection, string clientId, int limit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Next, connection)
        {
            Parameters = { Value("client", clientId), Value("limit", limit) },
        };
        return await StoreJson.ListAsync<ScheduledEmail>(command, cancellationToken);
    }
}

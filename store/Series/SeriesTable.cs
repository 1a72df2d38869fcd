using NodaTime;
using Npgsql;
using NpgsqlTypes;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>The series of configs, as saves read and write them.</summary>
public static class SeriesTable
{
    internal const string Table = $"{MailRegistry.Schema}.series";

    private const string Put = $"""
        insert into {Table} (client_id, key, data, body_id, made_until, top_up_at)
        select @client, n.key, n.data, n.body_id, n.made_until, n.top_up_at
        from unnest(@keys, @data, @bodies, @until, @again) as n (key, data, body_id, made_until, top_up_at) order by n.key
        on conflict (client_id, key) do update set data = excluded.data, body_id = excluded.body_id, made_until = excluded.made_until,
            top_up_at = excluded.top_up_at
        """;

    private const string Say = $"""
        update {Table} s set data = n.data, body_id = n.body_id
        from unnest(@keys, @data, @bodies) as n (key, data, body_id) where s.client_id = @client and s.key = n.key
        """;

    /// <summary>
    /// Keeps others from adding to the client's series until the transaction ends. Before all other locks of the transaction but the turn
    /// of the client's config.
    /// </summary>
    public static async Task LockAsync(NpgsqlConnection connection, string clientId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"select count(*) from (select from {Table} where client_id = @client order by key for update) s", connection)
        {
            Parameters = { Value("client", clientId) },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Series of a client by key, each with the nominal time up to which occurrences were made.</summary>
    public static async Task<Dictionary<string, (StoredSeries Series, LocalDateTime? MadeUntil)>> ReadAsync(
        NpgsqlConnection connection, string clientId, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"select key, data, made_until from {Table} where client_id = @client and key = any(@keys)", connection)
        {
            Parameters = { Value("client", clientId), Value("keys", keys.ToArray()) },
        };
        var found = new Dictionary<string, (StoredSeries, LocalDateTime?)>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            found[reader.GetString(0)] =
                (StoreJson.Read<StoredSeries>(reader, 1), reader.IsDBNull(2) ? null : LocalTimeText.Parse(reader.GetString(2)));
        }

        return found;
    }

    /// <summary>Inserts series, or replaces those of the same keys.</summary>
    public static async Task PutAsync(
        NpgsqlConnection connection, string clientId, IReadOnlyCollection<(StoredSeries Series, TopUp TopUp)> all,
        CancellationToken cancellationToken)
    {
        foreach (var part in all.Chunk(EmailInserts.MaxInserted))
        {
            await using var command = new NpgsqlCommand(Put, connection);
            command.Parameters.Add(Value("client", clientId));
            command.Parameters.Add(Value("keys", part.Select(each => each.Series.Email.Key!).ToArray()));
            command.Parameters.Add(Json("data", part.Select(each => each.Series)));
            command.Parameters.Add(Value("bodies", part.Select(each => each.Series.Email.BodyId).ToArray()));
            AddTimes(command.Parameters, part.Select(each => each.TopUp));
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>From now on the occurrences of series say what these e-mails say.</summary>
    /// <param name="connection">The caller's, which has locked the series.</param>
    /// <param name="clientId">The client.</param>
    /// <param name="emails">An occurrence of each, by key.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    public static async Task SayAsync(
        NpgsqlConnection connection, string clientId, IReadOnlyDictionary<string, ScheduledEmail> emails,
        CancellationToken cancellationToken)
    {
        if (emails.Count == 0)
            return;
        var stored = await ReadAsync(connection, clientId, [.. emails.Keys], cancellationToken);
        await using var command = new NpgsqlCommand(Say, connection);
        var series = stored.Select(each => (each.Key, Email: emails[each.Key], each.Value.Series)).Select(each => each.Series with
        {
            Email = each.Series.Email with
            {
                Subject = each.Email.Subject, BodyId = each.Email.BodyId, MessageBytes = each.Email.MessageBytes,
                Template = each.Email.Template,
            },
        }).ToList();
        command.Parameters.Add(Value("client", clientId));
        command.Parameters.Add(Value("keys", series.Select(each => each.Email.Key!).ToArray()));
        command.Parameters.Add(Json("data", series));
        command.Parameters.Add(Value("bodies", series.Select(each => each.Email.BodyId).ToArray()));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Deletes series: nothing is added to them any more.</summary>
    public static async Task DeleteAsync(
        NpgsqlConnection connection, string clientId, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
            return;
        await using var command = new NpgsqlCommand($"delete from {Table} where client_id = @client and key = any(@keys)", connection)
        {
            Parameters = { Value("client", clientId), Value("keys", keys.ToArray()) },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    internal static void AddTimes(NpgsqlParameterCollection parameters, IEnumerable<TopUp> all)
    {
        var times = all.ToList();
        parameters.Add(new("until", NpgsqlDbType.Array | NpgsqlDbType.Text)
        {
            Value = times.Select(each => each.MadeUntil is { } until ? LocalTimeText.Format(until) : null).ToArray(),
        });
        parameters.Add(new("again", NpgsqlDbType.Array | NpgsqlDbType.TimestampTz)
        {
            Value = times.Select(each => each.Again?.UtcDateTime).ToArray(),
        });
    }
}

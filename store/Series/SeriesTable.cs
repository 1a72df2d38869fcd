using NodaTime;
using Npgsql;
using NpgsqlTypes;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>The series of configs, as saves read and write them.</summary>
public static class SeriesTable
{
    internal const string Table = $"{MailRegistry.Schema}.series";

    /// <summary>Of an e-mail <c>e</c>: whether it takes the place of its occurrence, in the words of the index.</summary>
    internal const string IsOccurrence =
        "e.data->>'occurrence' is not null and coalesce(e.data->>'reason', '') not in ('superseded', 'removed')";

    // Where its statistics are old PostgreSQL expects a client to have few occurrences, and compares each of them with every key: a save of
    // ten thousand series took twenty seconds. More keys than these are compared here.
    private const int FewKeys = 100;

    private const string OfClient = $"""
        from {Emails} e where e.client_id = @client and {IsOccurrence} and (e.data->>'occurrence') collate "C" >= @from
        """;

    private const string OfKeys = " and e.key = any(@keys)";

    private const string Existing = $"""
        select e.data from {Emails} e where e.id = any(@ids) and {IsOccurrence} order by e.id
        """;

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

    /// <summary>
    /// The occurrences of series, of each from a nominal time on, but for those that were replaced or removed. With
    /// <paramref name="lock"/> none of them moves until the transaction ends.
    /// </summary>
    public static async Task<List<ScheduledEmail>> ExistingAsync(
        NpgsqlConnection connection, string clientId, IReadOnlyCollection<(string Key, string From)> series, bool @lock,
        CancellationToken cancellationToken)
    {
        var froms = series.ToDictionary(each => each.Key, each => each.From, StringComparer.Ordinal);
        var ids = new List<Guid>();
        await using (var finding = OfSeries(
            connection, "select e.id, e.key, e.data->>'occurrence'", clientId, froms.Keys, froms.Values.Min(StringComparer.Ordinal) ?? ""))
        await using (var reader = await finding.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                if (froms.TryGetValue(reader.GetString(1), out var from) && string.CompareOrdinal(reader.GetString(2), from) >= 0)
                    ids.Add(reader.GetGuid(0));
            }
        }

        if (ids.Count == 0)
            return [];
        await using var command = new NpgsqlCommand(@lock ? $"{Existing} for update" : Existing, connection)
        {
            Parameters = { Value("ids", ids.ToArray()) },
        };
        return await StoreJson.ListAsync<ScheduledEmail>(command, cancellationToken);
    }

    /// <summary>The next pending occurrence of each series, and how many are pending.</summary>
    public static async Task<Dictionary<string, NextOccurrence>> WaitingAsync(
        NpgsqlConnection connection, string clientId, IReadOnlyCollection<string> keys, string from, CancellationToken cancellationToken)
    {
        var wanted = keys.ToHashSet(StringComparer.Ordinal);
        var found = new Dictionary<string, NextOccurrence>(StringComparer.Ordinal);
        await using var command = OfSeries(
            connection, "select e.key, e.id, e.scheduled_datetime", clientId, wanted, from, "and e.status = 'pending'");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.GetString(0) is var key && !wanted.Contains(key))
                continue;
            var next = new NextOccurrence(reader.GetGuid(1), reader.GetFieldValue<DateTimeOffset>(2), 1);
            if (found.TryGetValue(key, out var other))
                next = ((next.Due, next.Id).CompareTo((other.Due, other.Id)) < 0 ? next : other) with { Waiting = other.Waiting + 1 };
            found[key] = next;
        }

        return found;
    }

    private static NpgsqlCommand OfSeries(
        NpgsqlConnection connection, string select, string clientId, IReadOnlyCollection<string> keys, string from, string condition = "")
    {
        var areFew = keys.Count <= FewKeys;
        var command = new NpgsqlCommand($"{select} {OfClient} {condition} {(areFew ? OfKeys : "")}", connection)
        {
            Parameters = { Value("client", clientId), Value("from", from) },
        };
        if (areFew)
            command.Parameters.Add(Value("keys", keys.ToArray()));
        return command;
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

/// <summary>The next pending occurrence of a series.</summary>
/// <param name="Id">The e-mail.</param>
/// <param name="Due">When it is due.</param>
/// <param name="Waiting">How many are pending.</param>
public sealed record NextOccurrence(Guid Id, DateTimeOffset Due, int Waiting);

using Npgsql;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>The e-mails of series, as saves and answers read them.</summary>
public static class SeriesOccurrences
{
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
}

/// <summary>The next pending occurrence of a series.</summary>
/// <param name="Id">The e-mail.</param>
/// <param name="Due">When it is due.</param>
/// <param name="Waiting">How many are pending.</param>
public sealed record NextOccurrence(Guid Id, DateTimeOffset Due, int Waiting);

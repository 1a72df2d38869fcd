using Npgsql;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>
/// Goes on with series: schedules the occurrences that have come near. Any number of instances may do it at the same time, each with its
/// own series, and the database takes each occurrence once.
/// </summary>
public sealed class SeriesTopUps(Outbox outbox, TimeZones zones, TimeZoneVersions versions)
{
    /// <summary>The most series of one batch.</summary>
    public const int BatchSize = 500;

    // What one series adds at once: a batch of hourly ones is no more than of daily ones.
    private const int Allowance = 40;

    // What another instance, or a save, has in hand comes with its own commit. No occurrence that is pending was due five days ago.
    private const string Due = $"""
        with due as materialized (
            select s.client_id, s.key, s.data, s.made_until from {SeriesTable.Table} s
            where s.top_up_at <= coalesce(@now, statement_timestamp()) order by s.top_up_at limit {Limit}
            for update skip locked)
        select d.data, d.made_until, w.waiting, w.last, w.taken, coalesce(@now, clock_timestamp()), w.at
        from due d cross join lateral (
            select count(*) filter (where e.status = 'pending' and e.scheduled_datetime > coalesce(@now, statement_timestamp())) as waiting,
                max(e.scheduled_datetime) filter (where e.status = 'pending') as last,
                array_agg(e.data->>'occurrence') filter (where {MayMatter}) as taken,
                array_agg(e.scheduled_datetime) filter (where {MayMatter}) as at
            from {Emails} e where e.client_id = d.client_id and e.key = d.key and {SeriesOccurrences.IsOccurrence}
                and (e.data->>'occurrence') collate "C"
                    >= to_char(coalesce(@now, statement_timestamp()) - interval '5 days', 'YYYY-MM-DD"T"HH24:MI:SS')) w
        """;

    private const string Limit = "500";

    // By its name, or by its time, where a rule before has named it.
    private const string MayMatter = """
        d.made_until is null or (e.data->>'occurrence') collate "C" > d.made_until
            or e.scheduled_datetime > (d.made_until::timestamp at time zone 'UTC') - interval '2 days'
        """;

    private const string Note = $"""
        update {SeriesTable.Table} s set made_until = n.made_until, top_up_at = n.top_up_at
        from unnest(@clients, @keys, @until, @again) as n (client_id, key, made_until, top_up_at)
        where s.client_id = n.client_id and s.key = n.key
        """;

    /// <summary>What a batch came to.</summary>
    /// <param name="Made">How many occurrences were scheduled.</param>
    /// <param name="IsFull">Whether there may be more series.</param>
    public sealed record Done(int Made, bool IsFull);

    /// <summary>One batch, in the caller's transaction: the occurrences, their wake-ups, and when to go on, or none of them.</summary>
    /// <param name="connection">The caller's, in a transaction.</param>
    /// <param name="now">What counts as now; null, as in production, for the database's clock.</param>
    /// <param name="by">The name of the instance.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    public async Task<Done> RunOnceAsync(NpgsqlConnection connection, DateTimeOffset? now, string by, CancellationToken cancellationToken)
    {
        if (!await versions.AreLatestAsync(connection, cancellationToken))
            return new(0, IsFull: false);
        var all = await DueAsync(connection, now, by, cancellationToken);
        if (all.Count == 0)
            return new(0, IsFull: false);
        var emails = all.SelectMany(each => each.Emails).OrderBy(email => email.Id).ToList();
        await Planning.PlanForAsync(connection, emails.Count, cancellationToken);
        var made = await EmailInserts.InsertOccurrencesAsync(connection, emails, cancellationToken);
        await outbox.WakeAsync(
            connection, emails.Where(email => made.Contains(email.Id)).Select(email => (email.Id, email.DueAt)), cancellationToken);
        await using var note = new NpgsqlCommand(Note, connection);
        note.Parameters.Add(Value("clients", all.Select(each => each.Series.Email.ClientId).ToArray()));
        note.Parameters.Add(Value("keys", all.Select(each => each.Series.Email.Key!).ToArray()));
        SeriesTable.AddTimes(note.Parameters, all.Select(each => each.TopUp));
        await note.ExecuteNonQueryAsync(cancellationToken);
        await outbox.TopUpAsync(
            connection, all.Where(each => each.TopUp.Again > each.Now).Select(each => each.TopUp.Again!.Value), cancellationToken);
        return new(made.Count, all.Count == BatchSize || all.Exists(each => each.TopUp.Again <= each.Now));
    }

    private async Task<List<(StoredSeries Series, TopUp TopUp, List<ScheduledEmail> Emails, DateTimeOffset Now)>> DueAsync(
        NpgsqlConnection connection, DateTimeOffset? now, string by, CancellationToken cancellationToken)
    {
        var all = new List<(StoredSeries, TopUp, List<ScheduledEmail>, DateTimeOffset)>();
        await using var command = new NpgsqlCommand(Due, connection) { Parameters = { Now(now) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var series = StoreJson.Read<StoredSeries>(reader, 0);
            var until = reader.IsDBNull(1) ? null : LocalTimeText.Parse(reader.GetString(1));
            var taken = reader.IsDBNull(4)
                ? []
                : reader.GetFieldValue<string[]>(4).Zip(reader.GetFieldValue<DateTimeOffset[]>(6)).ToList();
            var at = reader.GetFieldValue<DateTimeOffset>(5);
            // A version of the time zones that has lost a zone must not stop the others.
            var times = zones.Find(series.Recurrence.TimeZone) is null ? null : series.Times(zones);
            var topUp = times is null
                ? new TopUp([], until, at + TimeSpan.FromDays(1))
                : TopUp.Decide(
                    times, until, series.Recurrence.Move.Keys,
                    new(
                        (int)reader.GetInt64(2), reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3),
                        taken.Select(each => each.First).ToHashSet(StringComparer.Ordinal))
                    {
                        Elsewhere = times.Elsewhere(taken),
                    },
                    at, Allowance);
            all.Add((series, topUp, [.. topUp.New.Select(occurrence => series.Make(occurrence, zones.Version, at, by))], at));
        }

        return all;
    }
}

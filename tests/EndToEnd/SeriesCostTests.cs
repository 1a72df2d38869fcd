using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.EndToEnd;

/// <summary>What many series cost: a save of ten thousand, and a day's occurrences of a hundred thousand.</summary>
public sealed class SeriesCostTests(TestServers servers)
{
    private const int Saved = 10_000;
    private const int Daily = 100_000;
    private const int ASecond = 100;

    private static readonly TimeSpan _before = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(60);

    [Fact, Long]
    public async Task Ten_thousand_are_saved_in_seconds()
    {
        await using var mail = await MailSystem.StartAsync(servers);
        using var api = mail.Api;
        // As a service that has run for a while does it.
        for (var number = 0; number < 5; number++)
        {
            await api.PutAsync($"client/warm-up-{number}/email-config", Api.Config(Enumerable.Range(0, Saved / 10).Select(Item)));
            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        var config = Api.Config(Enumerable.Range(0, Saved).Select(Item));
        var taken = Stopwatch.StartNew();
        (await api.PutAsync("client/acme/email-config", config)).Expect(HttpStatusCode.OK);
        var saved = taken.Elapsed;
        taken.Restart();
        Assert.Equal(1, (int)(await api.PutAsync("client/acme/email-config", config)).Expect(HttpStatusCode.OK).Json["revision"]!);
        Tell($"saved {Saved} in {saved.TotalSeconds:0.0} s, again in {taken.Elapsed.TotalSeconds:0.0} s");
        Assert.InRange(saved, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.InRange(taken.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact, Long]
    public async Task A_day_of_a_hundred_thousand_is_made_in_a_minute_and_makes_nobody_late()
    {
        await using var mail = await MailSystem.StartAsync(servers);
        using var api = mail.Api;
        await using var dataSource = NpgsqlDataSource.Create(mail.Postgres);
        (await api.PutAsync("client/one/email-config", Api.Config(Item(0)))).Expect(HttpStatusCode.OK);
        // Copies of one series, each with its next occurrence to make in a while.
        await AskAsync($"""
            with one as (select * from mail.series limit 1), made as (
                insert into mail.series (client_id, key, data, body_id, made_until, top_up_at)
                select 'client-' || n % 100, 'daily-' || n, jsonb_set(jsonb_set(jsonb_set(data, array['email', 'client_id'],
                    to_jsonb('client-' || n % 100)), array['email', 'key'], to_jsonb('daily-' || n)), array['recurrence', 'rrule'],
                    to_jsonb('FREQ=DAILY;COUNT=1000'::text)), body_id,
                    to_char(now() + interval '30 days', 'YYYY-MM-DD"T"HH24:MI:SS'), now() + interval '1 hour'
                from one, generate_series(1, {Daily}) n returning 1)
            select count(*) from made
            """);
        await AskAsync("analyze mail.series; select 0::bigint");

        // A hundred e-mails a second, before and meanwhile.
        var first = Api.In(TimeSpan.FromSeconds(10));
        var emails = Enumerable.Range(0, ASecond * (int)(_before + _longest).TotalSeconds)
            .Select(number => (JsonNode)Api.Item(null, first.AddMilliseconds(number * 1000.0 / ASecond)));
        foreach (var part in emails.Chunk(5000))
            (await api.PostAsync("client/steady/scheduled-emails/batch", new JsonObject { ["emails"] = new JsonArray(part) }))
                .Expect(HttpStatusCode.Created);
        var begins = first + _before;
        Assert.True(begins > TimeProvider.System.GetUtcNow().AddSeconds(5), "the e-mails of before took too long to schedule");
        await AskAsync($"""
            with changed as (update mail.series set top_up_at = '{Api.Time(begins)}' where client_id <> 'one' returning 1)
            select count(*) from changed
            """);
        await Task.Delay(begins - TimeProvider.System.GetUtcNow());

        // From the first that was made: the sweep looks now and then.
        await UntilAsync("exists (select from mail.event where client_id = 'client-7')");
        var (taken, began) = (Stopwatch.StartNew(), TimeProvider.System.GetUtcNow());
        await UntilAsync("not exists (select from mail.series where top_up_at <= now())");
        var made = taken.Elapsed;
        await Task.Delay(TimeSpan.FromSeconds(5));
        var (before, during) = (await LatenessAsync(first, begins), await LatenessAsync(began, began + made));
        Tell($"a day of {Daily} in {made.TotalSeconds:0.0} s; lateness before {before}, meanwhile {during}");
        Assert.Equal(Daily, await AskAsync("select count(*) from mail.mt_doc_scheduled_email where key like 'daily-%'"));
        Assert.InRange(made, TimeSpan.Zero, TimeSpan.FromMinutes(1));

        Task<long> UntilAsync(string condition) => Deadline.UntilAsync(
            async () =>
            {
                await Task.Delay(250);
                return await AskAsync($"select count(*) where {condition}");
            },
            count => count == 1, TimeSpan.FromMinutes(5));

        async Task<long> AskAsync(string sql)
        {
            await using var command = dataSource.CreateCommand(sql);
            command.CommandTimeout = 300;
            return (long)(await command.ExecuteScalarAsync())!;
        }

        async Task<string> LatenessAsync(DateTimeOffset from, DateTimeOffset to)
        {
            await using var command = dataSource.CreateCommand($"""
                select count(*), percentile_disc(array[0.5, 0.99, 1]) within group (order by
                    extract(epoch from (data->>'sent_at')::timestamptz - scheduled_datetime) * 1000)::float8[]
                from mail.mt_doc_scheduled_email
                where client_id = 'steady' and status = 'sent' and scheduled_datetime >= '{Api.Time(from)}'
                    and scheduled_datetime < '{Api.Time(to)}'
                """);
            await using var reader = await command.ExecuteReaderAsync();
            await reader.ReadAsync();
            var lateness = reader.GetFieldValue<double[]>(1);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"p50 {lateness[0]:0} ms, p99 {lateness[1]:0} ms, most {lateness[2]:0} ms of {reader.GetInt64(0)}");
        }
    }

    private static void Tell(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);

    private static JsonObject Item(int number) => new()
    {
        ["key"] = $"weekly-{number}",
        ["to"] = new JsonArray("ada@example.com"),
        ["subject"] = "Hello",
        ["text"] = "Hello Ada",
        ["recurrence"] = new JsonObject
        {
            ["rrule"] = "FREQ=WEEKLY;BYDAY=MO",
            ["start_local"] = "2026-01-05T09:00:00",
            ["time_zone"] = "Europe/Berlin",
        },
    };
}

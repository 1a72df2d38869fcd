using System.Diagnostics;
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

    [Fact, Long]
    public async Task Ten_thousand_are_saved_in_seconds_and_a_day_of_a_hundred_thousand_is_made_in_a_minute()
    {
        await using var mail = await MailSystem.StartAsync(servers);
        using var api = mail.Api;
        var config = Api.Config(Enumerable.Range(0, Saved).Select(Item));
        var taken = Stopwatch.StartNew();
        (await api.PutAsync("client/acme/email-config", config)).Expect(HttpStatusCode.OK);
        var saved = taken.Elapsed;
        taken.Restart();
        Assert.Equal(1, (int)(await api.PutAsync("client/acme/email-config", config)).Expect(HttpStatusCode.OK).Json["revision"]!);
        var again = taken.Elapsed;

        await using var dataSource = NpgsqlDataSource.Create(mail.Postgres);
        await Deadline.UntilAsync(() => AskAsync("select count(*) from mail.series where top_up_at <= now()"), count => count == 0,
            TimeSpan.FromMinutes(5));
        // Copies of one series, each with its next occurrence to make.
        await AskAsync($"""
            with one as (select * from mail.series limit 1), made as (
                insert into mail.series (client_id, key, data, body_id, made_until, top_up_at)
                select 'client-' || n % 100, 'daily-' || n, jsonb_set(jsonb_set(jsonb_set(data, array['email', 'client_id'],
                    to_jsonb('client-' || n % 100)), array['email', 'key'], to_jsonb('daily-' || n)), array['recurrence', 'rrule'],
                    to_jsonb('FREQ=DAILY;COUNT=1000'::text)), body_id,
                    to_char(now() + interval '30 days', 'YYYY-MM-DD"T"HH24:MI:SS'), now()
                from one, generate_series(1, {Daily}) n returning 1)
            select count(*) from made
            """);
        taken.Restart();
        await Deadline.UntilAsync(() => AskAsync("select count(*) from mail.series where top_up_at <= now()"), count => count == 0,
            TimeSpan.FromMinutes(5));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"saved {Saved} in {saved.TotalSeconds:0.0} s, again in {again.TotalSeconds:0.0} s; "
            + $"a day of {Daily} in {taken.Elapsed.TotalSeconds:0.0} s");
        Assert.InRange(saved, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.InRange(taken.Elapsed, TimeSpan.Zero, TimeSpan.FromMinutes(1));

        async Task<long> AskAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, await dataSource.OpenConnectionAsync()) { CommandTimeout = 300 };
            await using var connection = command.Connection;
            return (long)(await command.ExecuteScalarAsync())!;
        }
    }

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

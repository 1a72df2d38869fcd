using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.EndToEnd;

/// <summary>Schedulers die while they add to series, again and again: each occurrence is there once.</summary>
public sealed class SeriesKilledTests(TestServers servers)
{
    private const int Kills = 4;

    [Theory, Long]
    // More than a save makes occurrences for: the schedulers make the rest.
    [InlineData(400)]
    [InlineData(1000)]
    public async Task Killed_schedulers_make_each_occurrence_once(int series)
    {
        await using var mail = await MailSystem.StartAsync(servers, ofEach: 2);
        using var api = mail.Api;
        (await api.PutAsync("client/acme/email-config", Api.Config(Enumerable.Range(0, series).Select(Item)))).Expect(HttpStatusCode.OK);
        for (var kill = 0; kill < Kills; kill++)
        {
            var victim = mail.Schedulers[kill % 2];
            victim.Kill();
            await victim.DisposeAsync();
            await victim.StartAsync();
        }

        await using var dataSource = NpgsqlDataSource.Create(mail.Postgres);
        await Deadline.UntilAsync(
            () => AskAsync("select count(*) from mail.series where top_up_at <= now()"), count => count == 0, Deadline.Sweep);
        // As many days for each, and no day twice.
        Assert.Equal(
            0,
            await AskAsync("""
                select count(*) from (select key from mail.mt_doc_scheduled_email where status = 'pending'
                    group by key having count(*) <> count(distinct data->>'occurrence') or count(*) not between 30 and 32) wrong
                """));
        Assert.Equal(series, await AskAsync("select count(distinct key) from mail.mt_doc_scheduled_email where status = 'pending'"));
        // And each has its wake-up.
        (await api.DeleteAsync("client/acme/email-config")).Expect(HttpStatusCode.OK);
        Assert.Equal(0, await AskAsync("select count(*) from mail.mt_doc_scheduled_email where status = 'pending'"));
        Assert.Equal(0, await AskAsync("select count(*) from mail.series"));

        async Task<long> AskAsync(string sql)
        {
            await using var command = dataSource.CreateCommand(sql);
            return (long)(await command.ExecuteScalarAsync())!;
        }
    }

    private static JsonObject Item(int number) => new()
    {
        ["key"] = $"daily-{number}",
        ["to"] = new JsonArray("ada@example.com"),
        ["subject"] = "Hello",
        ["text"] = "Hello Ada",
        ["recurrence"] = new JsonObject
        {
            ["rrule"] = "FREQ=DAILY",
            ["start_local"] = "2026-01-01T09:00:00",
            ["time_zone"] = "Europe/Berlin",
        },
    };
}

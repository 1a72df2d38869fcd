using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.EndToEnd;

/// <summary>An installation that has had a few e-mails gets a thousand at once: its statements were planned for few.</summary>
public sealed class GrowthTests(TestServers servers)
{
    private const int Many = 1000;

    private static readonly DateTimeOffset _later = Api.In(TimeSpan.FromHours(1));

    [Fact]
    public async Task A_large_config_and_its_erasure_read_no_table_once_for_each_of_its_items()
    {
        await using var mail = await MailSystem.StartAsync(servers);
        using var api = mail.Api;
        await using var dataSource = NpgsqlDataSource.Create(mail.Postgres);
        var few = 0;
        await SaveAsync(1, "One");
        await SaveAsync(1, "Other");
        await VacuumAsync(dataSource);
        await Deadline.UntilAsync(() => api.GetAsync(Config()), answer => answer.Status == HttpStatusCode.OK);
        for (; few < 20; few++)
        {
            await SaveAsync(1, "One");
            await SaveAsync(1, "Other");
            await EraseAsync();
        }

        var before = await ReadRowsAsync(dataSource);
        Assert.Equal(Many, (int)(await SaveAsync(Many, "One"))["scheduled"]!);
        Assert.Equal(Many, (int)(await SaveAsync(Many, "One"))["kept"]!);
        Assert.Equal(Many, (int)(await SaveAsync(Many, "Other"))["superseded"]!);
        var emails = (await api.GetAsync(Config())).Expect(HttpStatusCode.OK).Json["emails"]!.AsArray();
        var ids = new JsonArray([.. emails.Select(email => (JsonNode)(string)email!["id"]!)]);
        var cancelled = await api.PostAsync("scheduled-emails/bulk", new JsonObject { ["action"] = "cancel", ["ids"] = ids });
        Assert.Equal(Many, (int)cancelled.Expect(HttpStatusCode.OK).Json["done"]!);
        Assert.Equal(Many, (int)(await SaveAsync(Many, "Third"))["scheduled"]!);
        Assert.Equal(Many, (int)(await api.DeleteAsync(Config())).Expect(HttpStatusCode.OK).Json["cancelled"]!);
        Assert.Equal(3 * Many, (int)(await EraseAsync())["cancelled"]!);
        // What a connection has counted is certain to be told once it ends.
        await mail.StopAsync();
        // Once for each would be more than three million.
        Assert.InRange(await ReadRowsAsync(dataSource) - before, 0, 100 * Many);

        string Config() => $"client/client-{few}/email-config";

        async Task<JsonNode> SaveAsync(int count, string subject) => (await api.PutAsync(
            Config(), Api.Config(Enumerable.Range(0, count).Select(number => Api.Item($"{number}", _later, subject: subject)))))
            .Expect(HttpStatusCode.OK).Json["changes"]!;

        async Task<JsonNode> EraseAsync() =>
            (await api.DeleteAsync($"client/client-{few}")).Expect(HttpStatusCode.OK).Json["emails"]!;
    }

    [Fact]
    public async Task A_burst_reads_no_table_once_for_each_of_its_claims()
    {
        const int Burst = 3 * Many;
        await using var mail = await MailSystem.StartAsync(servers);
        using var api = mail.Api;
        await using var dataSource = NpgsqlDataSource.Create(mail.Postgres);
        await SendAsync("first", 100, TimeSpan.Zero);
        await VacuumAsync(dataSource);
        for (var few = 0; few < 20; few++)
            await SendAsync($"few-{few}", 1, TimeSpan.Zero);

        var before = await ReadRowsAsync(dataSource);
        await SendAsync("burst", Burst, TimeSpan.FromSeconds(6));
        await mail.StopAsync();
        // With plans for a hundred, each claim of some six e-mails in the second half would read two thousand.
        Assert.InRange(await ReadRowsAsync(dataSource) - before, 0, 100 * Burst);

        async Task SendAsync(string client, int count, TimeSpan after)
        {
            var config = Api.Config(Enumerable.Range(0, count).Select(number => Api.Item($"{number}", Api.In(after))));
            await Deadline.UntilAsync(
                () => api.PutAsync($"client/{client}/email-config", config), answer => answer.Status == HttpStatusCode.OK);
            var emails = await api.SettledAsync(client);
            Assert.Equal((count, count), (emails.Count, emails.Count(email => (string)email["status"]! == "sent")));
        }
    }

    // As autovacuum does. What it notes now is what the next plans are made by, which last until it comes again. Each connection has plans
    // of its own; afterwards there are few of them, so that few statements are enough for all of them to have some.
    private static async Task VacuumAsync(NpgsqlDataSource dataSource)
    {
        foreach (var sql in new[]
        {
            "alter table mail.mt_doc_scheduled_email set (autovacuum_enabled = false)",
            "alter table scheduler.timers set (autovacuum_enabled = false)",
            "vacuum analyze",
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
        })
        {
            await using var command = dataSource.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }
    }

    private static async Task<long> ReadRowsAsync(NpgsqlDataSource dataSource)
    {
        await using var command = dataSource.CreateCommand(
            "select sum(seq_tup_read)::bigint from pg_stat_user_tables where schemaname in ('mail', 'scheduler')");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}

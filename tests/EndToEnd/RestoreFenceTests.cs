using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.EndToEnd;

/// <summary>A database that is not the one it was wakes up held; a broker that lost everything does not hold.</summary>
public sealed class RestoreFenceTests(TestServers servers)
{
    [Fact]
    [Long]
    public async Task A_dump_restored_into_a_fresh_server_wakes_held_until_it_is_released_and_stays_released()
    {
        await using var first = await PrivatePostgres.CreateAsync();
        await using var second = await PrivatePostgres.CreateAsync();
        string id;
        await using (var original = await MailSystem.StartAsync(servers, postgres: first.ConnectionString))
            id = await HeldBackAsync(original);
        await second.RestoreAsync(first);

        await using var copy = await MailSystem.StartAsync(servers, postgres: second.ConnectionString);
        using var api = copy.Api;
        await HeldAsync(api, "system identifier");
        // The hold that the copy came with goes; the fence's stays.
        (await api.PostAsync("client/acme/release")).Expect(HttpStatusCode.OK);
        (await api.PostAsync("scheduled-emails/process")).Expect(HttpStatusCode.OK);
        Assert.Contains("by restore_fence", (string)(await api.EmailAsync(id, "pending"))["explanation"]!, StringComparison.Ordinal);
        Assert.Empty(copy.Smtp.Received);

        var preview = (await api.PostAsync("release?dry_run=true")).Expect(HttpStatusCode.OK).Json;
        Assert.True((bool)preview["held"]!);
        Assert.Equal(
            ("acme", 1, 0),
            Assert.Single(preview["would_send"]!.AsArray()
                .Select(line => ((string)line!["client_id"]!, (int)line["due_now"]!, (int)line["due_later"]!))));
        (await api.PostAsync("release")).Expect(HttpStatusCode.OK);
        await api.EmailAsync(id, "sent");
        await copy.RestartAsync();
        await api.EmailAsync(await CreateAsync(api), "sent");
        Assert.Empty((await api.GetAsync("holds")).Json["items"]!.AsArray());
    }

    [Fact]
    [Long]
    public async Task A_copy_started_under_another_name_wakes_held_and_its_senders_claim_nothing_before_that()
    {
        await using var original = await MailSystem.StartAsync(servers);
        var id = await HeldBackAsync(original);
        await original.StopAsync();
        await ExecuteAsync(original.Postgres, "delete from mail.mt_doc_hold");

        await using var copy = await MailSystem.StartAsync(servers, postgres: original.Postgres, environment: ("MAIL_INSTANCE", "staging"));
        using var api = copy.Api;
        await HeldAsync(api, "MAIL_INSTANCE is \"staging\" here, and was not set");
        await api.EmailAsync(id, "pending");
        Assert.Empty(copy.Smtp.Received);
        (await api.PostAsync("release")).Expect(HttpStatusCode.OK);
        await api.EmailAsync(id, "sent");
    }

    [Fact]
    [Long]
    public async Task A_wiped_broker_holds_nothing_and_loses_nothing()
    {
        await using var before = await MailSystem.StartAsync(servers);
        var id = await HeldBackAsync(before);
        await before.StopAsync();
        await ExecuteAsync(before.Postgres, "delete from mail.mt_doc_hold");

        await using var after = await MailSystem.StartAsync(servers, postgres: before.Postgres);
        using var api = after.Api;
        await api.EmailAsync(await CreateAsync(api), "sent");
        Assert.Empty((await api.GetAsync("holds")).Json["items"]!.AsArray());
        // Its wake-up was lost with the old broker: the sweep's.
        await api.EmailAsync(id, "sent", Deadline.Sweep);
    }

    [Fact]
    [Long]
    public async Task A_data_directory_rolled_back_to_an_earlier_copy_wakes_held()
    {
        await using var postgres = await PrivatePostgres.CreateAsync();
        await using var system = await MailSystem.StartAsync(servers, postgres: postgres.ConnectionString);
        using var api = system.Api;
        (await api.PostAsync("client/acme/hold")).Expect(HttpStatusCode.OK);
        var id = await CreateAsync(api);
        await postgres.StopAsync();
        await postgres.CopyAsync();
        await postgres.StartAsync();

        // A server that was merely stopped holds nothing, and what is sent now is unknown to the copy.
        await Deadline.UntilAsync(() => ReleaseAsync(api), status => status == HttpStatusCode.OK);
        await api.EmailAsync(id, "sent", Deadline.Sweep);
        Assert.Empty((await api.GetAsync("holds")).Json["items"]!.AsArray());
        await postgres.StopAsync();
        await postgres.PutBackAsync();
        await postgres.StartAsync();

        await Deadline.UntilAsync(
            () => HoldsAsync(api), holds => holds.Any(hold => (string)hold["by"]! == "restore_fence"), Deadline.Sweep);
        await HeldAsync(api, "rolled back to an earlier state");
        (await api.PostAsync("client/acme/release")).Expect(HttpStatusCode.OK);
        (await api.PostAsync("scheduled-emails/process")).Expect(HttpStatusCode.OK);
        await api.EmailAsync(id, "pending");
        Assert.Single(system.Smtp.Received);
    }

    [Fact, Long]
    public async Task A_scheduler_that_is_stopped_in_the_middle_of_its_check_does_not_keep_the_others_from_vouching()
    {
        await using var system = await MailSystem.StartAsync(servers);
        using var api = system.Api;
        await system.Schedulers[0].StopAsync();
        var (proxy, rabbitMq) = TcpProxy.BeforeRabbitMq(system.RabbitMq);
        await using var _ = proxy;
        await using var stopped = ServiceProcess.On(
            system.Postgres, rabbitMq, "SchedulerService", new() { ["INSTANCE_NAME"] = "scheduler-stopped" });
        await stopped.StartAsync();
        // It asks the broker with the turn in its hands, and the broker does not answer.
        proxy.Stall();
        await Deadline.UntilAsync(() => TurnAsync(system.Postgres), turn => turn > TimeSpan.FromSeconds(2));
        stopped.Pause();
        await ExecuteAsync(system.Postgres, "update mail.mt_doc_installation set data = data - 'vouched'");
        var id = await CreateAsync(api);

        await using var another = ServiceProcess.On(
            system.Postgres, system.RabbitMq, "SchedulerService", new() { ["INSTANCE_NAME"] = "scheduler-2" });
        another.Launch();
        await api.EmailAsync(id, "sent", Deadline.Sweep);
        stopped.Continue();
    }

    /// <summary>For how long someone has had the turn to check; zero where nobody has.</summary>
    private static async Task<TimeSpan> TurnAsync(string postgres)
    {
        await using var dataSource = NpgsqlDataSource.Create(postgres);
        await using var command = dataSource.CreateCommand("""
            select coalesce(max(clock_timestamp() - a.xact_start), interval '0') from pg_locks l join pg_stat_activity a using (pid)
            where l.locktype = 'advisory' and l.granted and l.database = (select oid from pg_database where datname = current_database())
                and ((l.classid::bigint << 32) | l.objid::bigint) = hashtext('mail.fence')::bigint
            """);
        return (TimeSpan)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<HttpStatusCode> ReleaseAsync(Api api) => (await api.PostAsync("client/acme/release")).Status;

    private static async Task<List<JsonNode>> HoldsAsync(Api api) =>
        await api.GetAsync("holds") is { Status: HttpStatusCode.OK } answer
            ? [.. answer.Json["items"]!.AsArray().Select(hold => hold!)]
            : [];

    private static async Task HeldAsync(Api api, string why)
    {
        var holds = await Deadline.UntilAsync(() => HoldsAsync(api), holds => holds.Exists(hold => hold["client_id"] is null));
        var fence = holds.Single(hold => hold["client_id"] is null);
        Assert.Equal("restore_fence", (string)fence["by"]!);
        Assert.Matches(why, (string)fence["reason"]!);
    }

    /// <summary>An e-mail that is due and held back by the operator.</summary>
    private static async Task<string> HeldBackAsync(MailSystem system)
    {
        using var api = system.Api;
        // One goes through: the system has vouched for its database.
        await api.EmailAsync(await CreateAsync(api), "sent");
        (await api.PostAsync("client/acme/hold")).Expect(HttpStatusCode.OK);
        return await CreateAsync(api);
    }

    private static async Task<string> CreateAsync(Api api) =>
        (string)(await api.PostAsync("client/acme/scheduled-emails", Api.Item(null, Api.In(TimeSpan.Zero))))
            .Expect(HttpStatusCode.Created).Json["id"]!;

    private static async Task ExecuteAsync(string postgres, string sql)
    {
        await using var dataSource = NpgsqlDataSource.Create(postgres);
        await using var command = dataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

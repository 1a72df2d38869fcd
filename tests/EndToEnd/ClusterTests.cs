using System.Globalization;
using System.Net;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.EndToEnd;

/// <summary>
/// Past one machine: a node of RabbitMQ's cluster dies under load, then PostgreSQL's primary, whose synchronous standby takes over.
/// </summary>
public sealed class ClusterTests(TestServers servers, ITestOutputHelper output)
{
    [Fact, Long]
    public async Task A_broker_node_and_the_databases_primary_die_under_load_and_nothing_is_lost_or_sent_twice()
    {
        await using var cluster = await PrivateCluster.StartAsync();
        await using var system = await MailSystem.StartAsync(servers, ofEach: 2, postgres: cluster.Postgres, rabbitMq: cluster.RabbitMq);
        using var stop = new CancellationTokenSource();
        var calling = CallAsync(system, stop.Token);
        await system.Smtp.WaitForAsync(50);

        await FlowsAgainAsync(system, "RabbitMQ", () => cluster.KillNodeAsync(1));
        await FlowsAgainAsync(system, "PostgreSQL", async () =>
        {
            await cluster.KillPrimaryAsync();
            await cluster.PromoteAsync();
        });
        await stop.CancelAsync();
        var ids = await calling;

        await Task.WhenAll(system.ConfigServices.Concat(system.Schedulers).Concat(system.Senders).Select(HealthyAsync));
        using var api = system.Api;
        // A synchronous standby has all that was promised, and the broker's count shows it: nobody is asked.
        Assert.Empty((await api.GetAsync("holds")).Expect(HttpStatusCode.OK).Json["items"]!.AsArray());
        var emails = await api.SettledAsync("acme");
        Assert.Equal(ids.Order(StringComparer.Ordinal), emails.Select(email => (string)email["id"]!).Order(StringComparer.Ordinal));
        Assert.All(emails, email => Assert.Equal("sent", (string)email["status"]!));
        Assert.Equal(
            emails.Select(email => (string)email["message_id"]!).Order(StringComparer.Ordinal),
            system.Smtp.Received.Select(received => received.MessageId).Order(StringComparer.Ordinal));
    }

    [Fact, Long]
    public async Task A_standby_that_did_not_have_all_that_was_promised_wakes_held_and_sends_nothing_again()
    {
        await using var cluster = await PrivateCluster.StartAsync();
        await using var system = await MailSystem.StartAsync(servers, postgres: cluster.Postgres, rabbitMq: cluster.RabbitMq);
        using var api = system.Api;
        var id = (string)(await api.PostAsync("client/acme/scheduled-emails", Api.Item(null, Api.In(TimeSpan.FromHours(1)))))
            .Expect(HttpStatusCode.Created).Json["id"]!;
        await cluster.StopFollowingAsync();
        (await api.PostAsync($"scheduled-emails/{id}/send-now")).Expect(HttpStatusCode.OK);
        await api.EmailAsync(id, "sent");
        // What is claimed between two counts is what the fence can't see.
        var counted = await CounterAsync(cluster.Postgres);
        await Deadline.UntilAsync(() => CounterAsync(cluster.Postgres), counter => counter > counted + 1);

        await cluster.KillPrimaryAsync();
        await cluster.PromoteAsync();
        var holds = await Deadline.UntilAsync(
            () => api.GetAsync("holds"), answer => answer.Status == HttpStatusCode.OK && answer.Json["items"]!.AsArray().Count > 0);
        var hold = Assert.Single(holds.Json["items"]!.AsArray())!;
        Assert.Equal("restore_fence", (string)hold["by"]!);
        Assert.Contains("rolled back to an earlier state", (string)hold["reason"]!, StringComparison.Ordinal);
        // The standby does not know that it was sent; due now, it would go out again.
        (await api.PostAsync($"scheduled-emails/{id}/send-now")).Expect(HttpStatusCode.OK);
        (await api.PostAsync("scheduled-emails/process")).Expect(HttpStatusCode.OK);
        await api.EmailAsync(id, "pending");
        Assert.Single(system.Smtp.Received);
    }

    /// <summary>Until 20 e-mails have arrived that were created after the kill.</summary>
    private async Task FlowsAgainAsync(MailSystem system, string what, Func<Task> kill)
    {
        var killed = TimeProvider.System.GetUtcNow();
        await kill();
        var answered = TimeProvider.System.GetUtcNow();
        // What is on its way reaches the server a moment after the kill; the gap after that is what callers feel.
        List<DateTimeOffset> Arrivals() =>
            [.. system.Smtp.Received.Select(received => received.ArrivedAt).Where(at => at > killed).Order()];
        List<DateTimeOffset> arrivals;
        try
        {
            arrivals = await Deadline.UntilAsync(
                () => Task.FromResult(Arrivals()),
                at => at.Count > 20 && at[^1] > answered && Gap(killed, at) > TimeSpan.Zero && at[^1] - killed > TimeSpan.FromSeconds(10),
                Deadline.Sweep);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException(
                $"{what}, killed at {killed:O}: {Arrivals().Count} e-mails arrived after it, the last at {Arrivals().LastOrDefault():O}.\n"
                + $"{system.LastWords}",
                exception);
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: e-mail flowed again {Gap(killed, arrivals).TotalSeconds:0.0} s after the kill (which took "
            + $"{(answered - killed).TotalSeconds:0.0} s)"));
    }

    /// <summary>Once nothing of it is degraded either.</summary>
    private static async Task HealthyAsync(ServiceProcess service)
    {
        using var client = new HttpClient { BaseAddress = service.Address };
        await Deadline.UntilAsync(
            () => client.GetStringAsync(new Uri("/health/ready", UriKind.Relative)),
            answer => answer.StartsWith("""{"status":"Healthy""", StringComparison.Ordinal));
    }

    private static TimeSpan Gap(DateTimeOffset since, List<DateTimeOffset> arrivals) =>
        arrivals.Zip(arrivals.Prepend(since), (at, before) => at - before).Max();

    /// <summary>
    /// An e-mail some 20 times a second, due at once, until it is stopped. A request that is not answered is repeated under its
    /// Idempotency-Key, as a careful caller does, so that what was acknowledged is known to the last one.
    /// </summary>
    private static async Task<IReadOnlyList<string>> CallAsync(MailSystem system, CancellationToken stop)
    {
        using var api = new Api(system.ConfigServices[0].Address, MailSystem.OperatorKey, patience: TimeSpan.FromSeconds(40));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var ids = new List<string>();
        for (var number = 1; !stop.IsCancellationRequested; number++)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            var item = Api.Item(null, Api.In(TimeSpan.Zero), subject: $"mail {number}");
            var answer = await Deadline.UntilAsync(
                () => api.PostAsync("client/acme/scheduled-emails", item, ("Idempotency-Key", $"mail-{number}")),
                answer => answer.Status is HttpStatusCode.Created,
                Deadline.Sweep);
            ids.Add((string)answer.Json["id"]!);
        }

        return ids;
    }

    private static async Task<long> CounterAsync(string postgres)
    {
        await using var dataSource = new NpgsqlDataSourceBuilder(postgres)
            .BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary);
        await using var command = dataSource.CreateCommand("select (data->>'counter')::bigint from mail.mt_doc_installation");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}

using System.Net;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>A database that is away for longer than a heartbeat lives moves nothing to a queue that nobody reads.</summary>
public sealed class OutageTests(TestServers servers)
{
    private const int Emails = 40;

    [Fact]
    public async Task Wake_ups_stay_in_their_queue_while_the_database_is_away_and_while_a_sender_stops_without_it()
    {
        var database = await servers.NewDatabaseAsync();
        var (proxy, postgres) = TcpProxy.BeforePostgres(database);
        await using var _ = proxy;
        await using var system = await MailSystem.StartAsync(
            servers, postgres: database,
            environmentOf: service =>
                service == "SenderService" ? [("ConnectionStrings__Postgres", postgres), ("SMTP_MAX_CONNECTIONS", "2")] : []);
        using var api = system.Api;
        proxy.Cut();
        for (var number = 0; number < Emails; number++)
            (await api.PostAsync("client/acme/scheduled-emails", Api.Item(null, Api.In(TimeSpan.Zero)))).Expect(HttpStatusCode.Created);
        // It has wake-ups in hand that it can neither claim for nor hand back.
        await Deadline.UntilAsync(
            () => Task.FromResult(system.Senders[0].Log),
            log => log.Contains("could not be handed back", StringComparison.Ordinal),
            Deadline.Start);
        await system.Senders[0].StopAsync();
        Assert.DoesNotContain(
            await servers.QueuesAsync(system.RabbitMq),
            queue => queue.EndsWith("_error", StringComparison.Ordinal) || queue.EndsWith("_skipped", StringComparison.Ordinal));

        proxy.Restore();
        await system.Senders[0].DisposeAsync();
        await system.Senders[0].StartAsync();
        // By the wake-ups that were there all the time: the sweep would take a minute at the least.
        await Deadline.UntilAsync(
            () => api.GetAsync("client/acme/scheduled-emails?status=pending&status=sending&limit=1"),
            page => page.Json["items"]!.AsArray().Count == 0);
        Assert.All(await api.ListAsync("client/acme/scheduled-emails"), email => Assert.Equal("sent", (string)email["status"]!));
        Assert.Equal(Emails, system.Smtp.Received.Select(received => received.MessageId).Distinct().Count());
        Assert.Equal(Emails, system.Smtp.Received.Count);
        Assert.DoesNotContain(
            await servers.QueuesAsync(system.RabbitMq),
            queue => queue.EndsWith("_error", StringComparison.Ordinal) || queue.EndsWith("_skipped", StringComparison.Ordinal));
    }
}

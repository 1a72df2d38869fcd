using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.EndToEnd;

/// <summary>Servers that allow only so much: everything gets through, once, and about as fast as they allow.</summary>
[Collection(SenderlessSystemTests.Name)]
public sealed class ServerLimitsTests(SenderlessSystem system) : IAsyncDisposable
{
    private const int Emails = 500;

    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    public ValueTask DisposeAsync() => system.EraseAsync(_client);

    [Fact]
    public async Task Three_connections_are_used_up_and_no_email_is_harmed()
    {
        await using var server = ScriptedSmtp.Accepting()
            .But(Step.Mail, Reaction.Refuse(visit => visit.Rank >= 3 ? "432 4.3.2 Concurrent connections limit exceeded." : null));

        await SendAllAsync(server);
    }

    [Theory]
    [InlineData(Step.Data, "452 4.4.5 Maximum number of messages per session exceeded.")]
    [InlineData(Step.Mail, "421 4.7.0 closing", Traits = ["Length", "long"])]
    public async Task Ten_emails_a_connection_take_fifty_connections_and_no_pause(string step, string reply)
    {
        await using var server = ScriptedSmtp.Accepting().But(step, Reaction.Refuse(visit => visit.Mails > 10 ? reply : null));

        await SendAllAsync(server);

        Assert.InRange(server.Connections, Emails / 10, (Emails / 10) + 32);
    }

    [Theory]
    [InlineData("450 4.7.1 Rate limit exceeded", 100, 2, Traits = ["Length", "long"])]
    [InlineData("550 5.7.0 Requested action not taken: too many emails per second", 50, 1)]
    public async Task A_pace_is_learned_and_kept_to(string reply, int most, int seconds)
    {
        var window = new SlidingWindow(most, TimeSpan.FromSeconds(seconds));
        await using var server = ScriptedSmtp.Accepting().But(Step.Data, Reaction.Refuse(_ => window.Takes() ? null : reply));

        await SendAllAsync(server);

        var times = server.Received.Select(received => received.ArrivedAt).Order().ToList();
        // What the limit allows at best; a busy machine and the learning take their part.
        var best = ((Emails / most) - 1) * seconds;
        Assert.InRange((times[^1] - times[0]).TotalSeconds, best - 0.5, (best * 2) + 5);
    }

    [Fact]
    public async Task Everybody_greylisted_once_gets_it_at_the_second_attempt()
    {
        var seen = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        await using var server = ScriptedSmtp.Accepting().But(
            Step.Rcpt,
            Reaction.Refuse(visit => seen.TryAdd(visit.Recipient!, true) ? "450 4.2.0 Greylisted, try again in 1 second" : null));

        await SendAllAsync(server, attempts: 2, number => $"user-{number}@example.org");
    }

    [Fact]
    public async Task One_email_that_is_refused_in_a_way_that_blocks_stops_nobody_else()
    {
        const string Reply = "554 5.7.1 Message rejected: your account is pending approval";
        await using var server = ScriptedSmtp.Accepting()
            .But(Step.Dot, Reaction.Refuse(visit => visit.Recipient == "alone@example.org" ? Reply : null));
        await using var sender = await system.StartSenderAsync(server);

        var due = Api.In(TimeSpan.Zero);
        await SaveAsync(1, To, due);
        await server.WaitForAsync(Step.Dot);
        await SaveAsync(40, To, due);
        var emails = await _api.SettledAsync(_client);

        var alone = emails.Single(email => (string)email["to"]![0]! == "alone@example.org");
        Assert.Equal(("failed", Reply), ((string)alone["status"]!, (string)alone["last_error"]!["reply"]!));
        Assert.Equal("account.sending-blocked", (string)alone["last_error"]!["verdict"]!);
        Assert.All(
            emails.Where(email => email != alone), email => Assert.Equal(("sent", 1), ((string)email["status"]!, (int)email["attempts"]!)));

        static string To(int number) => number == 0 ? "alone@example.org" : $"user-{number}@example.org";
    }

    [Fact]
    public async Task A_limit_that_stays_is_waited_for_and_named()
    {
        await using var server = ScriptedSmtp.Accepting()
            .But(Step.Data, "550 5.7.0 Requested action not taken: too many emails per second");
        await using var sender = await system.StartSenderAsync(server);
        await SaveAsync(3);

        var state = await Deadline.UntilAsync(
            async () => (await _api.GetAsync("test-email/config")).Json["senders"]!
                .AsArray().Single(each => (string)each!["state"]! != "unconfigured")!,
            each => (string)each["state"]! == "blocked", TimeSpan.FromSeconds(30));

        Assert.Contains("SMTP_RATE", (string)state["hint"]!, StringComparison.Ordinal);
        // After each pause one of them is tried, and goes back unharmed.
        var emails = await Deadline.UntilAsync(
            () => _api.ListAsync($"client/{_client}/scheduled-emails"),
            emails => emails.All(email => (string)email["status"]! == "pending"));
        Assert.All(emails, email => Assert.Equal(0, (int)email["attempts"]!));
    }

    private async Task SendAllAsync(ScriptedSmtp server, int attempts = 1, Func<int, string>? to = null)
    {
        await using var sender = await system.StartSenderAsync(server, ("RETRY_DELAY_SECONDS", "1"));
        await SaveAsync(Emails, to);
        await server.WaitForAsync(Emails, TimeSpan.FromSeconds(120));
        Assert.All(
            await _api.SettledAsync(_client),
            email => Assert.Equal(("sent", attempts), ((string)email["status"]!, (int)email["attempts"]!)));
        Assert.Equal(Emails, server.Received.Select(received => received.MessageId).Distinct().Count());
        Assert.Equal(Emails, server.Received.Count);
    }

    private async Task SaveAsync(int count, Func<int, string>? to = null, DateTimeOffset? due = null)
    {
        var items = Enumerable.Range(0, count).Select(number => Item(number, to, due ?? Api.In(TimeSpan.Zero)));
        (await _api.PutAsync($"client/{_client}/email-config", Api.Config(items))).Expect(HttpStatusCode.OK);
    }

    private static JsonObject Item(int number, Func<int, string>? to, DateTimeOffset due)
    {
        var item = Api.Item(number.ToString(CultureInfo.InvariantCulture), due);
        if (to is not null)
            item["to"] = new JsonArray(to(number));
        return item;
    }
}

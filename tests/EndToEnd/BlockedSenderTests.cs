using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.EndToEnd;

/// <summary>Trouble that is not any e-mail's: none is burnt on it, and the system says why nothing goes out.</summary>
[Collection(SenderlessSystemTests.Name)]
public sealed class BlockedSenderTests(SenderlessSystem system) : IAsyncDisposable
{
    private const int Emails = 1000;
    private static readonly TimeSpan _saidWithin = Deadline.Soon;

    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    public ValueTask DisposeAsync() => system.EraseAsync(_client);

    [Fact]
    public async Task A_wrong_password_fails_none_of_a_thousand_emails_and_is_named_and_once_put_right_each_goes_out_once()
    {
        await using var server = ScriptedSmtp.Accepting().WithLogin("mail", "right");
        await using (await StartAsync(server, "wrong"))
        {
            await SaveAsync(Emails);

            await AssertSaidAsync();
            var test = await _api.PostAsync("test-email", new JsonObject { ["to"] = "ada@example.com" });
            Assert.Equal("smtp_failed", test.Expect(HttpStatusCode.BadGateway).Code);
            Assert.StartsWith("535", (string)test.Json["smtp_reply"]!, StringComparison.Ordinal);
            var pending = await _api.ListAsync($"client/{_client}/scheduled-emails");
            Assert.Equal(Emails, pending.Count);
            Assert.All(pending, email =>
                Assert.Equal(("pending", "blocked", 0), ((string)email["status"]!, (string)email["forecast"]!, (int)email["attempts"]!)));
            Assert.Contains("is blocked", (string)pending[0]["explanation"]!, StringComparison.Ordinal);
            // At its start, then after pauses of 5, 10, 20 … seconds.
            Assert.InRange(server.Logins, 1, 4);
        }

        await using (await StartAsync(server, "right"))
        {
            await AssertSentOnceAsync(server, Emails);
            Assert.False((await _api.GetAsync("email-status")).Json.AsObject().ContainsKey("hint"));
        }
    }

    [Fact]
    public async Task A_sender_whose_login_the_server_takes_again_resumes_by_itself()
    {
        await using var server = ScriptedSmtp.Accepting().WithLogin("mail", "another");
        await using var sender = await StartAsync(server, "right");
        await SaveAsync(20);
        await AssertSaidAsync();
        await sender.Process.SaysAsync("Sending is blocked: login refused: 535 5.7.8 Username and Password not accepted");

        server.WithLogin("mail", "right");

        await AssertSentOnceAsync(server, 20);
        // A few that were refused, and one for each of the sixteen connections.
        Assert.InRange(server.Logins, 2, 4 + 16);
    }

    [Fact]
    public async Task A_test_that_was_taken_back_is_not_remembered()
    {
        (string, string) key = ("Idempotency-Key", $"blocked test of {_client}");
        await using var server = ScriptedSmtp.Accepting().WithLogin("mail", "another");
        await using var sender = await StartAsync(server, "right");
        await Deadline.UntilAsync(() => _api.GetAsync("email-status"), answer => answer.Json["hint"] is not null, _saidWithin);
        for (var again = 0; again < 2; again++)
        {
            var refused = (await _api.PostAsync("test-email", new JsonObject { ["to"] = "ada@example.com" }, key))
                .Expect(HttpStatusCode.BadGateway);
            Assert.Equal("smtp_failed", refused.Code);
            Assert.NotNull((string?)refused.Json["hint"]);
        }

        server.WithLogin("mail", "right");
        await Deadline.UntilAsync(() => _api.GetAsync("email-status"), answer => answer.Json["hint"] is null);
        (await _api.PostAsync("test-email", new JsonObject { ["to"] = "ada@example.com" }, key)).Expect(HttpStatusCode.OK);
        Assert.Single(server.Received);
    }

    [Fact]
    public async Task What_a_server_says_of_one_clients_recipient_is_told_to_nobody_but_the_operator()
    {
        const string Words =
            "550 5.7.60 not allowed to send as noreply@sender.example to secret@other-client.example (relay.example 10.1.2.3)";
        await using var server = ScriptedSmtp.Accepting().But(Step.Mail, Words);
        await using var sender = await system.StartSenderAsync(
            ready: false, ("SMTP_PORT", server.Port.ToString(CultureInfo.InvariantCulture)));
        var key = (string)(await _api.PostAsync($"client/{_client}/api-keys", new JsonObject { ["name"] = "shop" }))
            .Expect(HttpStatusCode.Created).Json["key"]!;
        using var client = system.Mail.ApiOf(0, key);
        using var anyone = new Api(system.Mail.ConfigServices[0].Address, key: null);
        using var health = new HttpClient();
        await SaveAsync(2);
        await Deadline.UntilAsync(() => anyone.GetAsync("email-status"), answer => answer.Json["hint"] is not null, _saidWithin);
        var ready = new Uri(sender.Process.Address, "/health/ready");

        // The one in whose conversation it was said has it in its timeline, as its own server's reply; the other has not.
        // One that is being tried again at the moment is said to be handed over.
        var emails = await Deadline.UntilAsync(
            () => client.ListAsync($"client/{_client}/scheduled-emails"),
            emails => emails.All(email => ((string)email["explanation"]!).Contains("locked", StringComparison.Ordinal)));
        string[] told =
        [
            (await anyone.GetAsync("email-status")).Text,
            .. emails.Select(email => (string)email["explanation"]!),
            await (await health.GetAsync(ready)).Content.ReadAsStringAsync(),
        ];
        foreach (var said in told)
        {
            Assert.Contains("locked", said, StringComparison.Ordinal);
            Assert.DoesNotContain("secret@other-client.example", said, StringComparison.Ordinal);
            Assert.DoesNotContain("relay.example", said, StringComparison.Ordinal);
            Assert.DoesNotContain("10.1.2.3", said, StringComparison.Ordinal);
            Assert.DoesNotContain("5.7.60", said, StringComparison.Ordinal);
        }

        Assert.Contains(
            Words, (string)(await _api.GetAsync("test-email/config")).Json["senders"]![0]!["reason"]!, StringComparison.Ordinal);
    }

    private Task<SenderlessSystem.Running> StartAsync(ScriptedSmtp server, string password) =>
        system.StartSenderAsync(
            ready: false, ("SMTP_PORT", server.Port.ToString(CultureInfo.InvariantCulture)), ("SMTP_AUTH", null), ("SMTP_USER", "mail"),
            ("SMTP_PASSWORD", password));

    private async Task SaveAsync(int count) =>
        (await _api.PutAsync(
            $"client/{_client}/email-config",
            Api.Config(Enumerable.Range(0, count).Select(number => Api.Item($"{number}", Api.In(TimeSpan.Zero))))))
            .Expect(HttpStatusCode.OK);

    private async Task AssertSaidAsync()
    {
        var status =
            (await Deadline.UntilAsync(() => _api.GetAsync("email-status"), answer => answer.Json["hint"] is not null, _saidWithin)).Json;
        Assert.True((bool)status["configured"]!);
        Assert.StartsWith(
            "Nothing is sent: the sender is blocked (login refused). Check SMTP_USER and SMTP_PASSWORD.", (string)status["hint"]!,
            StringComparison.Ordinal);
        var sender = (await _api.GetAsync("test-email/config")).Json["senders"]!.AsArray().Single()!;
        Assert.Equal("blocked", (string)sender["state"]!);
        Assert.Contains("535", (string)sender["reason"]!, StringComparison.Ordinal);
        Assert.NotNull(sender["hint"]);
    }

    private async Task AssertSentOnceAsync(ScriptedSmtp server, int count)
    {
        Assert.All(
            await _api.SettledAsync(_client), email => Assert.Equal(("sent", 1), ((string)email["status"]!, (int)email["attempts"]!)));
        Assert.Equal(count, server.Received.Select(received => received.MessageId).Distinct().Count());
        Assert.Equal(count, server.Received.Count);
    }
}

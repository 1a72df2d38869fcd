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
    private static readonly TimeSpan _saidWithin = TimeSpan.FromSeconds(10);

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
            Assert.Contains("535", (string)test.Json["smtp_reply"]!, StringComparison.Ordinal);
            var pending = await _api.ListAsync($"client/{_client}/scheduled-emails");
            Assert.Equal(Emails, pending.Count);
            Assert.All(pending, email => Assert.Equal(("pending", "blocked", 0), ((string)email["status"]!, (string)email["forecast"]!, (int)email["attempts"]!)));
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
        Assert.Contains("Sending is blocked: login refused: 535 5.7.8 Username and Password not accepted", sender.Process.Log, StringComparison.Ordinal);

        server.WithLogin("mail", "right");

        await AssertSentOnceAsync(server, 20);
        // A few that were refused, and one for each of the sixteen connections.
        Assert.InRange(server.Logins, 2, 4 + 16);
    }

    private Task<SenderlessSystem.Running> StartAsync(ScriptedSmtp server, string password) =>
        system.StartSenderAsync(ready: false, ("SMTP_PORT", server.Port.ToString(CultureInfo.InvariantCulture)), ("SMTP_AUTH", null), ("SMTP_USER", "mail"), ("SMTP_PASSWORD", password));

    private async Task SaveAsync(int count) =>
        (await _api.PutAsync($"client/{_client}/email-config", Api.Config(Enumerable.Range(0, count).Select(number => Api.Item($"{number}", Api.In(TimeSpan.Zero)))))).Expect(HttpStatusCode.OK);

    private async Task AssertSaidAsync()
    {
        var status = (await Deadline.UntilAsync(() => _api.GetAsync("email-status"), answer => answer.Json["hint"] is not null, _saidWithin)).Json;
        Assert.True((bool)status["configured"]!);
        Assert.StartsWith("Nothing is sent: the sender is blocked (login refused: 535 5.7.8 Username and Password not accepted). Check SMTP_USER and SMTP_PASSWORD.", (string)status["hint"]!, StringComparison.Ordinal);
        var sender = (await _api.GetAsync("test-email/config")).Json["senders"]!.AsArray().Single()!;
        Assert.Equal("blocked", (string)sender["state"]!);
        Assert.Contains("535", (string)sender["reason"]!, StringComparison.Ordinal);
        Assert.NotNull(sender["hint"]);
    }

    private async Task AssertSentOnceAsync(ScriptedSmtp server, int count)
    {
        Assert.All(await _api.SettledAsync(_client), email => Assert.Equal(("sent", 1), ((string)email["status"]!, (int)email["attempts"]!)));
        Assert.Equal(count, server.Received.Select(received => received.MessageId).Distinct().Count());
        Assert.Equal(count, server.Received.Count);
    }
}

using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.RealServers;

namespace Mail.Tests.EndToEnd;

/// <summary>The whole system against Postfix and Exim: what they kept is what we say that they have.</summary>
[Collection(SenderlessSystemTests.Name)]
public sealed class RealServersTests(SenderlessSystem system, RealMailServers servers) : IClassFixture<RealMailServers>, IAsyncDisposable
{
    private const int Emails = 40;

    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    public ValueTask DisposeAsync() => system.EraseAsync(_client);

    [Theory]
    [InlineData("587", "true")]
    [InlineData("465", "false")]
    public async Task Postfix_keeps_each_email_once_and_what_it_puts_off_or_refuses_is_told(string port, string useTls)
    {
        await using var sender = await StartAsync(port, useTls, ("SMTP_AUTH", "none"));
        var recipient = $"ada@{_client}.example";
        var emails = await SendAsync(
            [.. Enumerable.Range(0, Emails).Select(number => Item($"{number}", recipient)),
            Item("greylisted", $"{_client}@greylisted.example"), Item("refused", $"{_client}@refused.example"),
            Item("forbidden", recipient, "forbidden")]);

        Assert.All(Enumerable.Range(0, Emails), number => Assert.Equal(("sent", 1), Status($"{number}")));
        Assert.Equal(("sent", 2), Status("greylisted"));
        Assert.Equal(("failed", 1), Status("refused"));
        Assert.Equal(("failed", 1), Status("forbidden"));
        Assert.StartsWith("250 2.0.0 Ok: queued as ", (string)emails["0"]["smtp_reply"]!, StringComparison.Ordinal);
        Assert.Contains((await _api.GetAsync($"scheduled-emails/{emails["greylisted"]["id"]}")).Json["timeline"]!.AsArray(),
            entry => (string)entry!["event"]! == "attempt_failed"
                && ((string)entry["detail"]!).StartsWith("450 4.2.0 ", StringComparison.Ordinal));
        Assert.Equal(("rcpt_to", $"554 5.7.1 <{_client}@refused.example>: Recipient address rejected: not from here"), Error("refused"));
        Assert.Equal(("end_of_data", "550 5.7.1 no such subjects here"), Error("forbidden"));
        await AssertKeptAsync(servers.Postfix, emails.Values);

        (string, int) Status(string key) => ((string)emails[key]["status"]!, (int)emails[key]["attempts"]!);

        (string, string) Error(string key) => ((string)emails[key]["last_error"]!["stage"]!, (string)emails[key]["last_error"]!["reply"]!);
    }

    [Fact]
    public async Task Exim_refuses_a_wrong_password_without_harm_and_keeps_each_email_once_when_it_is_right()
    {
        var items = Enumerable.Range(0, Emails).Select(number => Item($"{number}", $"ada@{_client}.example")).ToArray();
        var port = servers.Exim.StartTlsPort.ToString(System.Globalization.CultureInfo.InvariantCulture);
        await using (await StartAsync(
            port, "true", ("SMTP_AUTH", null), ("SMTP_USER", RealMailServers.Login.User), ("SMTP_PASSWORD", "wrong")))
        {
            (await _api.PutAsync($"client/{_client}/email-config", Api.Config(items))).Expect(HttpStatusCode.OK);
            var status = await Deadline.UntilAsync(
                () => _api.GetAsync("email-status"), answer => answer.Json["hint"] is not null, TimeSpan.FromSeconds(10));
            Assert.Contains("(login refused)", (string)status.Json["hint"]!, StringComparison.Ordinal);
            Assert.InRange(servers.Exim.Log.Split("plain authenticator failed").Length - 1, 1, 4);
        }

        await using var sender = await StartAsync(
            port, "true", ("SMTP_AUTH", null), ("SMTP_USER", RealMailServers.Login.User),
            ("SMTP_PASSWORD", RealMailServers.Login.Password));
        var emails = await SendAsync(items);

        Assert.All(emails.Values, email => Assert.Equal(("sent", 1), ((string)email["status"]!, (int)email["attempts"]!)));
        await AssertKeptAsync(servers.Exim, emails.Values);
    }

    private Task<SenderlessSystem.Running> StartAsync(
        string port, string useTls, params (string Name, string? Value)[] login) => system.StartSenderAsync(
        ready: false,
        [
            ("SMTP_HOST", RealMailServer.Host), ("SMTP_PORT", port), ("SMTP_USE_TLS", useTls), ("SMTP_ALLOW_PLAINTEXT", null),
            ("SSL_CERT_FILE", servers.Authority), .. login,
        ]);

    private async Task<Dictionary<string, JsonNode>> SendAsync(JsonObject[] items)
    {
        (await _api.PutAsync($"client/{_client}/email-config", Api.Config(items))).Expect(HttpStatusCode.OK);
        return (await _api.SettledAsync(_client)).ToDictionary(email => (string)email["key"]!, StringComparer.Ordinal);
    }

    private async Task AssertKeptAsync(RealMailServer server, IEnumerable<JsonNode> emails)
    {
        var told = emails.Where(email => (string)email["status"]! == "sent").Select(email => (string)email["message_id"]!);
        var kept = (await server.KeptAsync()).Where(email => email.To[0].Contains(_client, StringComparison.Ordinal))
            .Select(email => email.MessageId);
        Assert.Equal(told.Order(StringComparer.Ordinal), kept.Order(StringComparer.Ordinal));
    }

    private static JsonObject Item(string key, string to, string subject = "Hello") => Api.Item(key, Api.In(TimeSpan.Zero), to, subject);
}

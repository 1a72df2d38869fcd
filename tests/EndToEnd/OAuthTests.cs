using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.EndToEnd;

/// <summary>
/// Senders that log in with OAuth2, as processes with the variables that people set, against the token endpoint of a provider.
/// </summary>
[Collection(SenderlessSystemTests.Name)]
public sealed class OAuthTests(SenderlessSystem system) : IAsyncDisposable
{
    private static readonly TimeSpan _saidWithin = Deadline.Soon;

    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mail-oauth-");
    private readonly List<string> _told = [];

    public async ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        await system.EraseAsync(_client);
    }

    [Fact]
    public async Task A_revoked_secret_of_Microsoft_blocks_the_sender_with_what_to_check_until_it_is_right_again()
    {
        await using var endpoint = await TokenEndpoint.StartAsync();
        await using var server = ScriptedSmtp.Accepting().WithTokens(TokenEndpoint.Mailbox, endpoint.IsGood);
        var secret = endpoint.Secret;
        var settings = endpoint.Settings("microsoft");
        // One of the settings out of a file, as Docker and Kubernetes mount it.
        settings["SMTP_OAUTH_APP_SECRET"] = null;
        settings["SMTP_OAUTH_APP_SECRET_FILE"] = InFile("secret", $"{secret}\n");
        endpoint.Secret = "another, since the first one was revoked";

        await using var sender = await StartAsync(server, settings);
        await SaveAsync(20);
        var status =
            (await Deadline.UntilAsync(() => AskAsync("email-status"), answer => answer.Json["hint"] is not null, _saidWithin)).Json;
        Assert.True((bool)status["configured"]!);
        Assert.StartsWith(
            "Nothing is sent: the sender is blocked (access token refused). SMTP_OAUTH_APP_SECRET is not a secret of this app. Set the "
            + "secret's value, not its id",
            (string)status["hint"]!, StringComparison.Ordinal);
        var config = (await AskAsync("test-email/config")).Json;
        Assert.Contains(
            "AADSTS7000215: Invalid client secret provided.", (string)config["senders"]![0]!["reason"]!, StringComparison.Ordinal);
        Assert.True((bool)config["variables"]!["SMTP_OAUTH_APP_SECRET"]!);
        Assert.False((bool)config["variables"]!["SMTP_PASSWORD"]!);
        var test = await _api.PostAsync("test-email", new JsonObject { ["to"] = "ada@example.com" });
        _told.Add(test.Text);
        Assert.Equal("smtp_failed", test.Expect(HttpStatusCode.BadGateway).Code);
        Assert.All(
            await _api.ListAsync($"client/{_client}/scheduled-emails"),
            email => Assert.Equal(("pending", 0), ((string)email["status"]!, (int)email["attempts"]!)));
        // At its start, then after pauses of 5, 10 … seconds.
        Assert.InRange(endpoint.Requests, 1, 4);
        Assert.Equal(0, server.Logins);

        endpoint.Secret = secret;
        var asked = endpoint.Requests;
        Assert.All(
            await _api.SettledAsync(_client), email => Assert.Equal(("sent", 1), ((string)email["status"]!, (int)email["attempts"]!)));
        Assert.Equal(20, server.Received.Select(received => received.MessageId).Distinct().Count());
        // One that was on its way when the secret was put right may have been the last.
        Assert.InRange(endpoint.Requests, asked, asked + 2);
        Assert.InRange(endpoint.Tokens.Count, 1, 2);
        Assert.Equal("XOAUTH2", Assert.Single(server.Tried.Distinct()));
        await AssertNothingIsToldAsync(sender, endpoint);
    }

    [Fact]
    public async Task A_service_account_of_Google_sends_and_what_its_server_refuses_is_named()
    {
        await using var endpoint = await TokenEndpoint.StartAsync();
        await using var server = ScriptedSmtp.Accepting().WithTokens(
            TokenEndpoint.Mailbox, endpoint.IsGood, """{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}""");
        var settings = endpoint.Settings("google");
        settings["SMTP_OAUTH_SERVICE_ACCOUNT"] = null;
        settings["SMTP_OAUTH_SERVICE_ACCOUNT_FILE"] = Path.Combine(_folder.FullName, "key.json");

        InFile("key.json", endpoint.ServiceAccount());
        await using var sender = await StartAsync(server, settings);
        await SaveAsync(5);
        Assert.All(await _api.SettledAsync(_client), email => Assert.Equal("sent", (string)email["status"]!));
        Assert.Equal(1, endpoint.Requests);

        // The mailbox is taken away: each new token is refused, too.
        server.WithTokens(TokenEndpoint.Mailbox, _ => false, """{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}""");
        await SaveAsync(10);
        var hint = (string)(await Deadline.UntilAsync(
            () => AskAsync("email-status"), answer => answer.Json["hint"] is not null, _saidWithin)).Json["hint"]!;
        Assert.StartsWith(
            "Nothing is sent: the sender is blocked (login refused). Check in this order: (1) the Admin console, under domain-wide "
            + "delegation, has the client id",
            hint, StringComparison.Ordinal);
        server.WithTokens(TokenEndpoint.Mailbox, endpoint.IsGood);
        Assert.All(await _api.SettledAsync(_client), email => Assert.Equal("sent", (string)email["status"]!));
        Assert.Equal(15, server.Received.Select(received => received.MessageId).Distinct().Count());
        await AssertNothingIsToldAsync(sender, endpoint);
    }

    [Fact]
    public async Task What_is_missing_or_wrong_for_OAuth2_is_named_and_such_a_sender_lives_all_the_same()
    {
        await using var server = ScriptedSmtp.Accepting();
        var senders = await Task.WhenAll(
            StartAsync(
                server,
                new()
                {
                    ["SMTP_AUTH"] = "microsoft",
                    ["SMTP_USER"] = TokenEndpoint.Mailbox,
                    ["SMTP_OAUTH_APP_SECRET"] = "54752956-bf4f-48f1-b808-6ecae2522f59",
                }),
            StartAsync(server, new() { ["SMTP_AUTH"] = "google" }),
            StartAsync(
                server,
                new()
                {
                    ["SMTP_AUTH"] = "google",
                    ["SMTP_USER"] = TokenEndpoint.Mailbox,
                    ["SMTP_OAUTH_SERVICE_ACCOUNT_FILE"] = "/run/secrets/not-mounted.json",
                }));
        try
        {
            var config = (await Deadline.UntilAsync(
                () => AskAsync("test-email/config"), answer => answer.Json["senders"]!.AsArray().Count == 3, _saidWithin)).Json;
            Assert.Equal(
                ["", "SMTP_OAUTH_TENANT, SMTP_OAUTH_APP_ID", "SMTP_USER, SMTP_OAUTH_SERVICE_ACCOUNT_FILE"],
                config["senders"]!.AsArray().Select(sender => string.Join(", ", sender!["missing"]!.AsArray()))
                    .Order(StringComparer.Ordinal));
            Assert.StartsWith(
                "is the id of a secret: set its value", (string)config["invalid"]!["SMTP_OAUTH_APP_SECRET"]!, StringComparison.Ordinal);
            Assert.Equal(
                "names a file that is empty or can't be read: check the path, and that this service may read it",
                (string)config["invalid"]!["SMTP_OAUTH_SERVICE_ACCOUNT_FILE"]!);
        }
        finally
        {
            await Task.WhenAll(senders.Select(sender => sender.DisposeAsync().AsTask()));
        }
    }

    private Task<SenderlessSystem.Running> StartAsync(ScriptedSmtp server, Dictionary<string, string?> settings)
    {
        var authority = Path.Combine(_folder.FullName, "authority.pem");
        TestCertificate.WriteAuthority(authority);
        return system.StartSenderAsync(ready: false, [
            ("SMTP_PORT", server.Port.ToString(CultureInfo.InvariantCulture)), ("SSL_CERT_FILE", authority), ("LOG_LEVEL", "Verbose"),
            .. settings.Select(setting => (setting.Key, setting.Value))]);
    }

    private string InFile(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private async Task<Api.Answer> AskAsync(string path)
    {
        var answer = await _api.GetAsync(path);
        _told.Add(answer.Text);
        return answer;
    }

    private async Task SaveAsync(int count) =>
        (await _api.PutAsync(
            $"client/{_client}/email-config",
            Api.Config(Enumerable.Range(0, count).Select(number => Api.Item($"{count}-{number}", Api.In(TimeSpan.Zero))))))
            .Expect(HttpStatusCode.OK);

    // Neither the process, at its most talkative, nor any answer, nor the metrics.
    private async Task AssertNothingIsToldAsync(SenderlessSystem.Running sender, TokenEndpoint endpoint)
    {
        using var client = new HttpClient();
        foreach (var email in await _api.ListAsync($"client/{_client}/scheduled-emails"))
            _told.Add((await AskAsync($"scheduled-emails/{(string)email["id"]!}")).Text);
        foreach (var path in (string[])["/health/ready", "/metrics"])
            _told.Add(await (await client.GetAsync(new Uri(sender.Process.Address, path))).Content.ReadAsStringAsync());
        _told.AddRange([sender.Process.Log, system.Mail.ConfigServices[0].Log]);
        Assert.NotEmpty(endpoint.Tokens);
        var told = string.Concat(_told);
        string[] secrets =
        [
            endpoint.Secret, TokenEndpoint.PartOfKey, "PRIVATE KEY",
            .. endpoint.Tokens.Select(token => token[^40..]),
            // In the middle of what is said for XOAUTH2, wherever its base64 begins.
            .. endpoint.Tokens.SelectMany(token => Enumerable.Range(100, 3)
                .Select(from => Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(token[from..(from + 60)]))[4..^4])),
        ];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, told, StringComparison.Ordinal));
    }
}

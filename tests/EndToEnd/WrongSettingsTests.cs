using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Mail.Local.Running;
using Mail.Local.Settings;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.EndToEnd;

/// <summary>
/// Every wrong setting of the guide's table, one a sender: ten seconds after its start the API, the page, the log, the probe and
/// <c>./mail up</c> name it and say what to do. What can be taken apart is.
/// </summary>
[Collection(SenderlessSystemTests.Name)]
public sealed class WrongSettingsTests(SenderlessSystem system) : IAsyncDisposable
{
    private const string InQuotes = "begins and ends with a quote: remove them";
    private const string Set = "Set these in your deployment platform's environment variables (e.g. Coolify, Render), not only in .env.";
    private const string Correct = "Correct these in your deployment platform's environment variables, and restart the senders:";

    private static readonly TimeSpan _saidWithin = TimeSpan.FromSeconds(10);

    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    public ValueTask DisposeAsync() => system.EraseAsync(_client);

    [Fact]
    public async Task Each_of_the_guide_s_table_is_named_with_what_to_do_wherever_people_look()
    {
        (string Name, string Value, string Why)[] wrong =
        [
            ("SMTP_HOST", "https://smtp.example.com", "begins with a scheme: write the host alone"),
            ("SMTP_HOST", "'smtp.example.com'", InQuotes),
            ("SMTP_PORT", "abc", "is no number"),
            ("SMTP_PORT", "\"587\"", InQuotes),
            ("SMTP_USER", "you @example.com", "has a blank inside the address: remove it"),
            ("SMTP_PASSWORD", "'secret'", InQuotes),
            ("SMTP_FROM_EMAIL", "noreply", "is no e-mail address"),
            ("SMTP_FROM_NAME", "\"Your App\"", InQuotes),
            ("SMTP_TIMEOUT", "60s", "is no number"),
            ("SMTP_USE_TLS", "'true'", InQuotes),
        ];
        var senders = wrong.Select(each => Sender((each.Name, each.Value))).ToList();
        var incomplete = Sender(("SMTP_PASSWORD", " \n"), ("SMTP_PORT", "0"));
        var all = new List<ServiceProcess>([.. senders, incomplete]);
        try
        {
            await Task.WhenAll(all.Select(sender => sender.StartAsync("/health/live")));
            var config = await Deadline.UntilAsync(
                () => _api.GetAsync("test-email/config"), answer => answer.Json["senders"]!.AsArray().Count >= all.Count, _saidWithin);
            var status = await _api.GetAsync("email-status");
            var id = (string)(await _api.PostAsync($"client/{_client}/scheduled-emails", Api.Item(null, Api.In(TimeSpan.Zero))))
                .Expect(HttpStatusCode.Created).Json["id"]!;
            var page = await CheckPageAsync();
            var said = await UpSaysAsync();
            Assert.False((bool)status.Json["configured"]!);
            Assert.Equal("SMTP_PASSWORD", (string)Assert.Single(status.Json["missing"]!.AsArray())!);
            Assert.StartsWith($"{Set} {Correct} ", (string)status.Json["hint"]!, StringComparison.Ordinal);
            Assert.StartsWith("Missing: SMTP_PASSWORD. Invalid: ", said, StringComparison.Ordinal);
            foreach (var (name, _, why) in wrong)
            {
                Assert.All(
                    [status.Json, config.Json],
                    answer => Assert.Contains(why, (string)answer["invalid"]![name]!, StringComparison.Ordinal));
                Assert.Contains($"<code>{name}</code>", page, StringComparison.Ordinal);
                Assert.Contains(why, page, StringComparison.Ordinal);
                Assert.Contains($"{name} ", said, StringComparison.Ordinal);
                Assert.Contains(why, said, StringComparison.Ordinal);
            }

            for (var index = 0; index < wrong.Length; index++)
                await NamesAsync(senders[index], config.Json, wrong[index].Name, wrong[index].Why);
            var both = Of(config.Json, incomplete);
            Assert.Equal(
                ("SMTP_PASSWORD", "SMTP_PORT"), ((string)both["missing"]!.AsArray().Single()!, both["invalid"]!.AsObject().Single().Key));
            await incomplete.SaysAsync("Email NOT configured. Missing: SMTP_PASSWORD. Invalid: SMTP_PORT is out of range: set 587 or 465");

            // Nothing was taken, and the e-mail itself says why.
            var email = (await _api.GetAsync($"scheduled-emails/{id}")).Json;
            Assert.Equal(("pending", 0), ((string)email["status"]!, (int)email["attempts"]!));
            Assert.Contains(
                "every sender lacks SMTP_PASSWORD, and every sender has settings that it can't use (", (string)email["explanation"]!,
                StringComparison.Ordinal);
            var test = (await _api.PostAsync("test-email", new JsonObject { ["to"] = "ada@example.com" }))
                .Expect(HttpStatusCode.ServiceUnavailable);
            Assert.Equal(("email_not_configured", "SMTP_PASSWORD"), (test.Code, (string)test.Json["missing"]!.AsArray().Single()!));
            Assert.Contains("is no number", (string)test.Json["invalid"]!["SMTP_PORT"]!, StringComparison.Ordinal);
        }
        finally
        {
            await Task.WhenAll(all.Select(sender => sender.StopAsync()));
            foreach (var sender in all)
                await sender.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_can_be_taken_apart_is_used()
    {
        await using var server = ScriptedSmtp.Accepting();
        await using var sender = await system.StartSenderAsync(
            ready: true,
            ("SMTP_HOST", $"smtp://{ScriptedSmtp.Host}:{server.Port.ToString(CultureInfo.InvariantCulture)}/"), ("SMTP_PORT", null),
            ("SMTP_USE_TLS", " Off\r\n"), ("SMTP_ALLOW_PLAINTEXT", "YES"),
            ("SMTP_AUTH", "NONE\n"), ("SMTP_FROM_EMAIL", "\uFEFFYour App, Inc. <noreply@example.com>"), ("SMTP_FROM_NAME", null));
        (await _api.PostAsync("test-email", new JsonObject { ["to"] = "ada@example.com" })).Expect(HttpStatusCode.OK);
        var received = Assert.Single(server.Received);
        Assert.Equal(("noreply@example.com", "\"Your App, Inc.\" <noreply@example.com>"), (received.From, received.Header("From")));
        var effective = (await _api.GetAsync("test-email/config")).Json["effective"]!;
        Assert.Equal(
            (ScriptedSmtp.Host, server.Port, "noreply@example.com", "Your App, Inc."),
            ((string)effective["host"]!, (int)effective["port"]!, (string)effective["from_email"]!, (string)effective["from_name"]!));
        Assert.Equal("""{"configured":true,"missing":[]}""", (await _api.GetAsync("email-status")).Text);
    }

    private static async Task NamesAsync(ServiceProcess sender, JsonNode config, string name, string why)
    {
        var item = Of(config, sender);
        Assert.Equal((false, "unconfigured", 0), ((bool)item["configured"]!, (string)item["state"]!, item["missing"]!.AsArray().Count));
        var (key, value) = Assert.Single(item["invalid"]!.AsObject());
        Assert.Equal((name, why), (key, (string)value!));
        await sender.SaysAsync($"Email NOT configured. Invalid: {name} {why}\"");
        await sender.SaysAsync($"{Correct} {name} {why}.");
        using var client = new HttpClient();
        using var ready = await client.GetAsync(new Uri(sender.Address, "/health/ready"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal(
            $"Invalid: {name} {why}", (string)JsonNode.Parse(await ready.Content.ReadAsStringAsync())!["checks"]!["smtp"]!["description"]!);
        Assert.Equal($"Invalid: {name} {why}", await ConfigApi.SenderTroubleAsync(sender.Address.ToString().TrimEnd('/')));
    }

    private static JsonNode Of(JsonNode config, ServiceProcess sender) =>
        config["senders"]!.AsArray()
            .Single(each => sender.Log.Contains($"\"Instance\":\"{(string)each!["instance"]!}\"", StringComparison.Ordinal))!;

    // Complete but for what is changed; nothing listens there.
    private ServiceProcess Sender(params (string Name, string Value)[] changed)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["SMTP_USE_TLS"] = null,
            ["SMTP_ALLOW_PLAINTEXT"] = null,
            ["SMTP_AUTH"] = null,
            ["SMTP_USER"] = "you@example.com",
            ["SMTP_PASSWORD"] = "secret",
        };
        foreach (var (name, value) in changed)
            environment[name] = value;
        return system.Mail.Sender($"wrong-{Guid.CreateVersion7():N}", environment);
    }

    private async Task<string> CheckPageAsync()
    {
        var site = system.Mail.ConfigServices[0].Address;
        using var client = new HttpClient { BaseAddress = site };
        using var form = new FormUrlEncodedContent([new("key", MailSystem.OperatorKey), new("to", "/check")]);
        using var answer = await client.PostAsync(new Uri("/sign-in", UriKind.Relative), form);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
    }

    private Task<string> UpSaysAsync() => new ConfigApi(
        system.Mail.ConfigServices[0].Address.ToString().TrimEnd('/'),
        LocalSettings.Load("/nowhere", new Dictionary<string, string>())).UnusableSettingsAsync();
}

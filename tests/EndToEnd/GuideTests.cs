using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Mail.Local.Processes;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.EndToEnd;

/// <summary>
/// The troubles that the guide "Production Email Troubleshooting" was written about, section by section: each is provoked, and within
/// ten seconds the API itself names the cause and what to do.
/// </summary>
[Collection(SenderlessSystemTests.Name)]
public sealed class GuideTests(SenderlessSystem system) : IAsyncDisposable
{
    private static readonly TimeSpan _saidWithin = TimeSpan.FromSeconds(10);

    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    public ValueTask DisposeAsync() => system.EraseAsync(_client);

    [Fact]
    public async Task Section_1_config_status_without_a_sender_says_so()
    {
        var id = await OverdueAsync();
        var status = await StatusAsync(status => status["hint"] is not null);
        Assert.False((bool)status["configured"]!);
        Assert.Equal("No sender is running: start SenderService, or look at its log for why it stopped.", (string)status["hint"]!);
        Assert.Contains("no sender is running", await ExplanationAsync(id), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SMTP_HOST")]
    [InlineData("SMTP_USER")]
    [InlineData("SMTP_PASSWORD")]
    [InlineData("SMTP_FROM_EMAIL")]
    public async Task Section_2_each_variable_that_is_missing_in_production_is_named(string variable)
    {
        await using var server = ScriptedSmtp.Accepting().WithLogin("mail", "right");
        var id = await OverdueAsync();
        await using (await StartAsync(server, (variable, null)))
        {
            var status = await StatusAsync(status => status["missing"]!.AsArray().Count > 0);
            Assert.Equal((false, variable), ((bool)status["configured"]!, (string)Assert.Single(status["missing"]!.AsArray())!));
            Assert.Equal(
                "Set these in your deployment platform's environment variables (e.g. Coolify, Render), not only in .env.",
                (string)status["hint"]!);
            Assert.EndsWith($"every sender lacks {variable}.", await ExplanationAsync(id), StringComparison.Ordinal);
            var config = (await _api.GetAsync("test-email/config")).Expect(HttpStatusCode.OK);
            Assert.False((bool)config.Json["variables"]![variable]!);
            Assert.True((bool)config.Json["variables"]!["SMTP_PORT"]!);
        }

        // Once it is set, what waited goes out by itself.
        await using var sender = await StartAsync(server);
        await _api.EmailAsync(id, "sent");
    }

    public static TheoryData<string> Troubles => ["wrong password", "no answer", "firewall", "STARTTLS on the wrong port"];

    [Theory]
    [MemberData(nameof(Troubles))]
    public async Task Section_3_each_common_trouble_is_told_with_its_fix(string trouble)
    {
        await using var server = ScriptedSmtp.Accepting().WithLogin("mail", "right");
        var (cause, fix, change) = trouble switch
        {
            "wrong password" =>
                ("login refused", "Check SMTP_USER and SMTP_PASSWORD. Some providers want an app password", ("SMTP_PASSWORD", "wrong")),
            "no answer" => ("No answer in time", "Set SMTP_TIMEOUT=60", ("SMTP_TIMEOUT", "1")),
            "firewall" =>
                ("onnect",
                    "the firewall lets outbound SMTP through. Some platforms block 587: if so, use SMTP_PORT=465 and SMTP_USE_TLS=false",
                    ("SMTP_PORT", ClosedPort())),
            _ =>
                ("TLS refused",
                    "For port 587 use SMTP_USE_TLS=true (the default); for a server with TLS from the first byte SMTP_PORT=465 and "
                    + "SMTP_USE_TLS=false",
                    ("SMTP_USE_TLS", (string?)"true")),
        };
        if (trouble == "no answer")
            server.But(Step.Greeting, Reaction.Stall);
        var id = await OverdueAsync();
        await using var sender = await StartAsync(server, change);

        var hint = (string)(await StatusAsync(status => status["hint"] is not null && (bool)status["configured"]!))["hint"]!;
        Assert.Contains(cause, hint, StringComparison.Ordinal);
        Assert.Contains(fix, hint, StringComparison.Ordinal);
        var explanation = await ExplanationAsync(id);
        Assert.Contains(cause, explanation, StringComparison.Ordinal);
        Assert.Contains(fix, explanation, StringComparison.Ordinal);
        Assert.Equal("blocked", (string)(await _api.GetAsync($"scheduled-emails/{id}")).Json["forecast"]!);
    }

    [Fact]
    public async Task Section_4_the_log_has_the_guide_s_own_lines()
    {
        await using var server = ScriptedSmtp.Accepting();
        await using (var lacking = await system.StartSenderAsync(ready: false, ("SMTP_HOST", null)))
            await lacking.Process.SaysAsync("Email NOT configured. Missing: SMTP_HOST\"");
        await using var sender = await system.StartSenderAsync(server);
        await _api.EmailAsync(await OverdueAsync(), "sent");
        await sender.Process.SaysAsync("Email configured (SMTP). Sending enabled.");
        await sender.Process.SaysAsync(
            string.Create(CultureInfo.InvariantCulture, $"Attempting to send email to ada@example.com via 127.0.0.1:{server.Port}"));
        await system.Mail.Schedulers[0].SaysAsync("Email scheduler started");
    }

    [Fact]
    public async Task Section_5_the_test_endpoint_sends_or_says_why_not()
    {
        await using var server = ScriptedSmtp.Accepting().ButFor("nobody@example.com", "550 5.1.1 No such user");
        await using var sender = await system.StartSenderAsync(server);
        (await _api.PostAsync("test-email", new JsonObject { ["to"] = "ada@example.com" })).Expect(HttpStatusCode.OK);
        Assert.Single(server.Received);

        // A caller that was cut off asks again.
        var (once, again) = (
            await _api.PostAsync("test-email", new JsonObject { ["to"] = "bob@example.com" }, ("Idempotency-Key", $"test of {_client}")),
            await _api.PostAsync("test-email", new JsonObject { ["to"] = "bob@example.com" }, ("Idempotency-Key", $"test of {_client}")));
        Assert.Equal(
            once.Expect(HttpStatusCode.OK).Json["email_id"]!.ToString(), again.Expect(HttpStatusCode.OK).Json["email_id"]!.ToString());
        Assert.Equal(2, server.Received.Count);
        var refused = (await _api.PostAsync("test-email", new JsonObject { ["to"] = "nobody@example.com" }))
            .Expect(HttpStatusCode.BadGateway);
        Assert.Equal(("smtp_failed", "550 5.1.1 No such user"), (refused.Code, (string)refused.Json["smtp_reply"]!));
    }

    [Fact]
    public async Task Section_5_a_server_that_takes_its_time_is_no_failure_and_the_answer_names_the_email_to_look_at()
    {
        var go = new TaskCompletionSource();
        await using var server = ScriptedSmtp.Accepting().But(Step.Kept, Reaction.Hold(go.Task)).Times(1);
        await using var sender = await system.StartSenderAsync(server, ("SMTP_TIMEOUT", "120"));
        var answer = (await _api.PostAsync("test-email", new JsonObject { ["to"] = "ada@example.com" }))
            .Expect(HttpStatusCode.GatewayTimeout);
        Assert.Equal("no_outcome_yet", answer.Code);
        var id = (string)answer.Json["email_id"]!;
        Assert.Equal("sending", (string)(await _api.GetAsync($"scheduled-emails/{id}")).Json["status"]!);
        go.SetResult();
        await _api.EmailAsync(id, "sent");
    }

    [Fact]
    public async Task Section_6_test_and_scheduled_emails_wait_for_a_scheduler_that_is_down_and_say_so()
    {
        await using var server = ScriptedSmtp.Accepting();
        await using var sender = await system.StartSenderAsync(server);
        await system.Mail.Schedulers[0].StopAsync();
        try
        {
            var id = await OverdueAsync();
            var explanation = await Deadline.UntilAsync(
                () => ExplanationAsync(id), text => text.Contains("SchedulerService", StringComparison.Ordinal));
            Assert.Contains("look at whether it runs, and at its log", explanation, StringComparison.Ordinal);
            Assert.Equal("blocked", (string)(await _api.GetAsync($"scheduled-emails/{id}")).Json["forecast"]!);
        }
        finally
        {
            await system.Mail.Schedulers[0].RestartAsync();
        }

        // What is not due yet says when it is: the guide's last point.
        var later = (string)(await _api.PostAsync(
            $"client/{_client}/scheduled-emails", Api.Item(null, Api.In(TimeSpan.FromHours(3.5))))).Json["id"]!;
        Assert.Equal("Due in 3 h.", await Deadline.UntilAsync(() => ExplanationAsync(later), text => text == "Due in 3 h.", _saidWithin));
        Assert.All(await SettledButAsync(later), email => Assert.Equal("sent", (string)email["status"]!));
    }

    [Fact]
    public async Task Section_7_saving_the_same_form_again_cancels_nothing_and_each_line_says_what_happened()
    {
        await using var server = ScriptedSmtp.Accepting();
        await using var sender = await system.StartSenderAsync(server);
        var config = Api.Config(Api.Item("now", Api.In(TimeSpan.Zero)), Api.Item("later", Api.In(TimeSpan.FromHours(1))));
        var first = (await _api.PutAsync($"client/{_client}/email-config", config)).Expect(HttpStatusCode.OK).Json;
        var ids = first["emails"]!.AsArray()
            .ToDictionary(item => (string)item!["key"]!, item => (string)item!["id"]!, StringComparer.Ordinal);
        await _api.EmailAsync(ids["now"], "sent");

        var again = (await _api.PutAsync($"client/{_client}/email-config", config)).Expect(HttpStatusCode.OK).Json;
        Assert.All(
            again["emails"]!.AsArray(),
            item => Assert.Equal(("kept", ids[(string)item!["key"]!]), ((string)item["action"]!, (string)item["id"]!)));
        Assert.Equal("pending", (string)(await _api.GetAsync($"scheduled-emails/{ids["later"]}")).Json["status"]!);

        // A config that does change says of the e-mail that it took back why, and what came in its place; a sent one stays sent.
        var changed = Api.Config(Api.Item("now", Api.In(TimeSpan.Zero)), Api.Item("later", Api.In(TimeSpan.FromHours(2))));
        changed["emails"]![0] = config["emails"]![0]!.DeepClone();
        var replaced = (await _api.PutAsync($"client/{_client}/email-config", changed))
            .Expect(HttpStatusCode.OK).Json["emails"]!.AsArray().Single(item => (string)item!["key"]! == "later")!;
        Assert.Equal(
            $"A config save replaced it with {(string)replaced["id"]!} before it was sent. The server does not have it.",
            await ExplanationAsync(ids["later"]));
        var tooLate = (await _api.PostAsync($"scheduled-emails/{ids["now"]}/cancel")).Expect(HttpStatusCode.Conflict);
        Assert.Contains("sent", tooLate.Text, StringComparison.Ordinal);
        Assert.Equal("sent", (string)(await _api.GetAsync($"scheduled-emails/{ids["now"]}")).Json["status"]!);
        Assert.Single(server.Received);
    }

    private Task<SenderlessSystem.Running> StartAsync(ScriptedSmtp server, params (string Name, string? Value)[] changed) =>
        system.StartSenderAsync(ready: false, [
            .. new (string Name, string? Value)[]
            {
                ("SMTP_PORT", server.Port.ToString(CultureInfo.InvariantCulture)), ("SMTP_AUTH", null), ("SMTP_USER", "mail"),
                ("SMTP_PASSWORD", "right"),
            }
                .Where(variable => !Array.Exists(changed, change => change.Name == variable.Name)),
            .. changed]);

    private async Task<string> OverdueAsync() =>
        (string)(await _api.PostAsync($"client/{_client}/scheduled-emails", Api.Item(null, Api.In(TimeSpan.Zero))))
            .Expect(HttpStatusCode.Created).Json["id"]!;

    private async Task<JsonNode> StatusAsync(Func<JsonNode, bool> done) =>
        (await Deadline.UntilAsync(() => _api.GetAsync("email-status"), answer => done(answer.Json), _saidWithin)).Json;

    private async Task<string> ExplanationAsync(string id) => (string)(await _api.GetAsync($"scheduled-emails/{id}")).Json["explanation"]!;

    private async Task<IEnumerable<JsonNode>> SettledButAsync(string later) =>
        await Deadline.UntilAsync(
            async () => (await _api.ListAsync($"client/{_client}/scheduled-emails")).Where(email => (string)email["id"]! != later).ToList(),
            emails => emails.TrueForAll(email => (string)email["status"]! is not ("pending" or "sending")));

    private static string ClosedPort() => FreePorts.Find(1)[0].ToString(CultureInfo.InvariantCulture);
}

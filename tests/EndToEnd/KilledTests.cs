using System.Net;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>Any one process dies in the middle of a burst, and comes back: nothing is lost, nothing sent twice.</summary>
public sealed class KilledTests(TestServers servers)
{
    private const int Emails = 300;

    [Theory]
    [InlineData("ConfigService", Traits = ["Length", "long"])]
    [InlineData("SchedulerService")]
    [InlineData("SenderService")]
    public async Task A_killed_service_loses_nothing(string victim)
    {
        await using var mail = await MailSystem.StartAsync(servers);
        using var api = mail.Api;
        var due = Api.In(TimeSpan.FromSeconds(2));
        var config = Api.Config(Enumerable.Range(0, Emails)
            .Select(number => Api.Item($"item-{number}", due.AddMilliseconds(number * 5), subject: $"mail {number}")));
        (await api.PutAsync("client/acme/email-config", config)).Expect(HttpStatusCode.OK);
        await mail.Smtp.WaitForAsync(Emails / 10);

        var service = victim switch { "ConfigService" => mail.ConfigServices[0], "SchedulerService" => mail.Schedulers[0], _ =>
            mail.Senders[0] };
        service.Kill();
        await service.DisposeAsync();
        await service.StartAsync();

        await Deadline.UntilAsync(
            () => api.GetAsync("client/acme/scheduled-emails?status=pending&status=sending&limit=1"),
            page => page.Json["items"]!.AsArray().Count == 0,
            Deadline.Sweep);
        var sent = (await api.GetAsync("client/acme/scheduled-emails?status=sent&limit=500")).Json["items"]!
            .AsArray().Select(email => (string)email!["message_id"]!).ToHashSet();
        var unknown = (await api.GetAsync("client/acme/scheduled-emails?status=unknown&limit=500")).Json["items"]!
            .AsArray().Select(email => (string)email!["id"]!).ToList();
        var kept = mail.Smtp.Received.Select(received => received.MessageId).ToList();
        Assert.Equal(kept.Count, kept.Distinct().Count());
        Assert.Equal(Emails, sent.Count + unknown.Count);
        Assert.Empty(sent.Except(kept));
        // A killed sender leaves no more in doubt than it had connections; the others leave nothing.
        Assert.InRange(unknown.Count, 0, victim == "SenderService" ? 16 : 0);
    }

    [Fact]
    public async Task An_unconfigured_sender_says_what_it_lacks_and_takes_nothing_until_it_is_configured()
    {
        await using var mail = await MailSystem.StartAsync(
            servers, senderEnvironment: new(StringComparer.Ordinal) { ["SMTP_HOST"] = null, ["SMTP_AUTH"] = null });
        using var api = mail.Api;
        var status = await Deadline.UntilAsync(() => api.GetAsync("email-status"), answer => answer.Json["missing"]!.AsArray().Count > 0);
        Assert.Equal(["SMTP_HOST", "SMTP_USER", "SMTP_PASSWORD"], status.Json["missing"]!.AsArray().Select(name => (string)name!));
        Assert.False((bool)status.Json["configured"]!);
        Assert.Equal(
            "Set these in your deployment platform's environment variables (e.g. Coolify, Render), not only in .env.",
            (string)status.Json["hint"]!);
        await mail.Senders[0].SaysAsync("Email NOT configured. Missing: SMTP_HOST, SMTP_USER, SMTP_PASSWORD");
        var test = await api.PostAsync("test-email", new System.Text.Json.Nodes.JsonObject { ["to"] = "ada@example.com" });
        Assert.Equal("email_not_configured", test.Expect(HttpStatusCode.ServiceUnavailable).Code);

        (await api.PutAsync("client/acme/email-config", Api.Config(Api.Item("a", Api.In(TimeSpan.Zero))))).Expect(HttpStatusCode.OK);
        var item = (await api.GetAsync("client/acme/scheduled-emails")).Json["items"]![0]!;
        Assert.Equal("blocked", (string)item["forecast"]!);
        Assert.Contains("every sender lacks SMTP_HOST, SMTP_USER, SMTP_PASSWORD", (string)item["explanation"]!, StringComparison.Ordinal);

        await mail.Senders[0].StopAsync();
        var configured = mail.Sender("sender-2", []);
        mail.Senders.Add(configured);
        await configured.StartAsync();

        await api.EmailAsync((string)item["id"]!, "sent");
        Assert.Single(mail.Smtp.Received);
    }

    [Fact]
    public async Task A_sender_that_is_stopped_leaves_nothing_in_doubt()
    {
        await using var mail = await MailSystem.StartAsync(servers, ofEach: 2);
        using var api = mail.Api;
        var due = Api.In(TimeSpan.FromSeconds(2));
        (await api.PutAsync(
            "client/acme/email-config",
            Api.Config(Enumerable.Range(0, Emails).Select(number => Api.Item($"item-{number}", due, subject: $"mail {number}")))))
            .Expect(HttpStatusCode.OK);
        await mail.Smtp.WaitForAsync(Emails / 10);

        await mail.Senders[0].StopAsync();

        await Deadline.UntilAsync(
            () => api.GetAsync("client/acme/scheduled-emails?status=pending&status=sending&limit=1"),
            page => page.Json["items"]!.AsArray().Count == 0,
            Deadline.Sweep);
        Assert.Empty((await api.GetAsync("client/acme/scheduled-emails?status=unknown")).Json["items"]!.AsArray());
        Assert.Equal(Emails, mail.Smtp.Received.Select(received => received.MessageId).Distinct().Count());
        Assert.Equal(Emails, mail.Smtp.Received.Count);
    }

    [Fact]
    public async Task A_service_refuses_to_start_without_an_operator_key()
    {
        await using var service = new ServiceProcess("ConfigService", new(StringComparer.Ordinal)
        {
            ["ConnectionStrings__Postgres"] = await servers.NewDatabaseAsync(),
            ["API_KEY"] = "too-short",
        });

        Assert.NotEqual(0, await service.RunToEndAsync());
        Assert.Contains("API_KEY is too short: set it to a random secret of at least 20 characters", service.Log, StringComparison.Ordinal);
    }
}

using System.Net;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

[Collection(SharedSystemTests.Name)]
public sealed class TheWayOfOneEmailTests(SharedSystem system)
{
    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    [Fact]
    public async Task An_email_saved_in_a_config_arrives_when_it_is_due_and_not_before()
    {
        var due = Api.In(TimeSpan.FromSeconds(2));
        var saved = await _api.PutAsync(
            $"client/{_client}/email-config", Api.Config(Api.Item("welcome", due, to: "Ada <ada@example.com>", subject: $"For {_client}")));
        saved.Expect(HttpStatusCode.OK);
        Assert.Equal(1, (int)saved.Json["changes"]!["scheduled"]!);
        Assert.Equal("\"1\"", saved.Headers.ETag!.Tag);
        var id = (string)saved.Json["emails"]![0]!["id"]!;

        var email = await _api.EmailAsync(id, "sent");

        var received = Assert.Single(system.Mail.Smtp.Received, received => received.Subject == $"For {_client}");
        Assert.Equal("ada@example.com", Assert.Single(received.To));
        Assert.Equal((string)email["message_id"]!, received.MessageId);
        Assert.True(received.ArrivedAt >= due.AddMilliseconds(-1), $"due {due:O}, arrived {received.ArrivedAt:O}");
        Assert.InRange((long)email["lateness_ms"]!, 0, 15_000);
        Assert.StartsWith("250", (string)email["smtp_reply"]!, StringComparison.Ordinal);
        Assert.Equal(["scheduled", "sending", "sent"], email["timeline"]!.AsArray().Select(entry => (string)entry!["event"]!));
        Assert.StartsWith("Sent ", (string)email["explanation"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Saving_the_same_config_again_keeps_the_pending_email_and_publishes_nothing()
    {
        var config = Api.Config(Api.Item("welcome", Api.In(TimeSpan.FromHours(1))), Api.Item(null, Api.In(TimeSpan.FromHours(2))));
        var first = (await _api.PutAsync($"client/{_client}/email-config", config)).Expect(HttpStatusCode.OK).Json;

        for (var again = 0; again < 10; again++)
        {
            var second = (await _api.PutAsync($"client/{_client}/email-config", config)).Expect(HttpStatusCode.OK).Json;
            Assert.Equal(2, (int)second["changes"]!["kept"]!);
            Assert.Equal(1, (long)second["revision"]!);
            Assert.Equal(
                first["emails"]!.AsArray().Select(item => (string)item!["id"]!),
                second["emails"]!.AsArray().Select(item => (string)item!["id"]!));
            Assert.All(second["emails"]!.AsArray(), item => Assert.Equal("kept", (string)item!["action"]!));
        }

        var revisions = (await _api.GetAsync($"client/{_client}/email-config/revisions")).Json;
        Assert.Single(revisions["items"]!.AsArray());
        // An event that was published would be consumed by now: the one of a later save has been.
        (await _api.PutAsync($"client/{_client}/email-config", Api.Config())).Expect(HttpStatusCode.OK);
        var events = await Deadline.UntilAsync(() => Task.FromResult(Events()), events => events.Count >= 2);
        Assert.Equal(2, events.Count);

        List<string> Events() => [.. system.Mail.Schedulers.SelectMany(scheduler => scheduler.Log.Split('\n'))
            .Where(line => line.Contains($"Client {_client}, revision", StringComparison.Ordinal))];
    }

    [Fact]
    public async Task Saving_the_same_config_ten_times_while_its_emails_fall_due_sends_each_once()
    {
        var start = Api.In(TimeSpan.FromMilliseconds(500));
        var config = Api.Config(Enumerable.Range(0, 40)
            .Select(number => Api.Item($"item-{number}", start.AddMilliseconds(number * 50), subject: $"{_client} {number}")));
        for (var again = 0; again < 10; again++)
            (await _api.PutAsync($"client/{_client}/email-config", config)).Expect(HttpStatusCode.OK);

        await Deadline.UntilAsync(
            () => _api.GetAsync($"client/{_client}/scheduled-emails?status=sent&limit=500"),
            page => page.Json["items"]!.AsArray().Count == 40);

        var subjects = system.Mail.Smtp.Received.Select(received => received.Subject)
            .Where(subject => subject.StartsWith($"{_client} ", StringComparison.Ordinal)).ToList();
        Assert.Equal(40, subjects.Count);
        Assert.Equal(40, subjects.Distinct().Count());
    }

    [Fact]
    public async Task A_thousand_emails_due_in_the_same_second_each_arrive_exactly_once()
    {
        var due = Api.In(TimeSpan.FromSeconds(4));
        var config = Api.Config(
            Enumerable.Range(0, 1000).Select(number => Api.Item($"item-{number}", due, subject: $"{_client} {number}")));
        (await _api.PutAsync($"client/{_client}/email-config", config)).Expect(HttpStatusCode.OK);

        await Deadline.UntilAsync(
            () => _api.GetAsync($"client/{_client}/scheduled-emails?status=pending&status=sending&limit=1"),
            page => page.Json["items"]!.AsArray().Count == 0,
            Deadline.Sweep);

        var mine = system.Mail.Smtp.Received.Where(received => received.Subject.StartsWith($"{_client} ", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(1000, mine.Count);
        Assert.Equal(1000, mine.Select(received => received.Subject).Distinct().Count());
        Assert.All(
            mine, received => Assert.True(received.ArrivedAt >= due.AddMilliseconds(-1), $"due {due:O}, arrived {received.ArrivedAt:O}"));
    }

    [Fact]
    public async Task The_guides_log_lines_are_there_word_for_word()
    {
        var email = (await _api.PostAsync(
            $"client/{_client}/scheduled-emails",
            new System.Text.Json.Nodes.JsonObject
            {
                ["to"] = new System.Text.Json.Nodes.JsonArray("log@example.com"),
                ["subject"] = "Log",
                ["text"] = "Log",
            }))
            .Expect(HttpStatusCode.Created).Json;
        await _api.EmailAsync((string)email["id"]!, "sent");

        foreach (var sender in system.Mail.Senders)
            await sender.SaysAsync("Email configured (SMTP). Sending enabled.");
        foreach (var scheduler in system.Mail.Schedulers)
            await scheduler.SaysAsync("Email scheduler started");
        await Deadline.UntilAsync(
            () => Task.FromResult(string.Concat(system.Mail.Senders.Select(sender => sender.Log))),
            log => log.Contains(
                $"Attempting to send email to log@example.com via 127.0.0.1:{system.Mail.Smtp.Port}", StringComparison.Ordinal));
    }
}

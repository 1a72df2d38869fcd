using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>What the system says of itself to those who watch it.</summary>
[Collection(SharedSystemTests.Name)]
public sealed class TelemetryTests(SharedSystem system)
{
    private readonly string _client = SharedSystemTests.NewClient();

    [Fact]
    public async Task Metrics_say_what_became_of_emails_how_late_they_were_and_who_could_send()
    {
        using var api = system.Mail.Api;
        var before = await SentAsync();
        var id = (string)(await api.PostAsync($"client/{_client}/scheduled-emails", Api.Item(null, Api.In(TimeSpan.Zero)))).Json["id"]!;
        await api.EmailAsync(id, "sent");
        await Deadline.UntilAsync(SentAsync, sent => sent > before);
        Assert.Contains(await Task.WhenAll(system.Mail.Senders.Select(MetricsAsync)), metrics => metrics.Contains("mail_email_lateness_seconds_bucket{", StringComparison.Ordinal));

        // What the alarms are raised by, from every scheduler.
        foreach (var scheduler in system.Mail.Schedulers)
        {
            var metrics = await Deadline.UntilAsync(() => MetricsAsync(scheduler), metrics => Value(metrics, "mail_senders", "state=\"ready\"") == 2);
            Assert.Equal(0, Value(metrics, "mail_senders", "state=\"blocked\""));
            Assert.NotNull(Value(metrics, "mail_emails_oldest_overdue_age_seconds", ""));
            Assert.NotNull(Value(metrics, "mail_emails_unknown", ""));
            Assert.NotNull(Value(metrics, "mail_emails_pending", ""));
        }
    }

    [Fact]
    public async Task The_alarms_ring_when_they_should_and_no_sooner()
    {
        var rules = Path.Combine(Repository.Root, "deploy", "telemetry", "alerts.test.yml");
        var (exitCode, output) = await DistributionProgram.RunAsync(await DistributionProgram.PromtoolAsync(), "test", "rules", rules);
        Assert.True(exitCode == 0, output);
    }

    private async Task<double> SentAsync() =>
        (await Task.WhenAll(system.Mail.Senders.Select(MetricsAsync))).Sum(metrics => Value(metrics, "mail_emails_outcomes_total", "outcome=\"sent\"") ?? 0);

    private static async Task<string> MetricsAsync(ServiceProcess service)
    {
        using var client = new HttpClient { BaseAddress = service.Address };
        return await client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
    }

    /// <summary>The value of a metric's line that has this label; null where there is none.</summary>
    private static double? Value(string metrics, string name, string label) =>
        metrics.Split('\n').FirstOrDefault(line => (line.StartsWith($"{name}{{", StringComparison.Ordinal) || line.StartsWith($"{name} ", StringComparison.Ordinal)) && line.Contains(label, StringComparison.Ordinal)) is { } line
            ? double.Parse(line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)
            : null;
}

using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.Smtp;
using Npgsql;

namespace Mail.Tests.EndToEnd;

/// <summary>What the system says of itself to those who watch it.</summary>
[Collection(SharedSystemTests.Name)]
public sealed partial class TelemetryTests(SharedSystem system)
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
        Assert.Contains(
            await Task.WhenAll(system.Mail.Senders.Select(MetricsAsync)),
            metrics => metrics.Contains("mail_email_lateness_seconds_bucket{", StringComparison.Ordinal));

        var senders = await Task.WhenAll(system.Mail.Senders.Select(MetricsAsync));
        foreach (var stage in new[] { "connect", "mail_from", "rcpt_to", "data", "end_of_data" })
            Assert.Contains(senders, metrics => Value(metrics, "mail_smtp_stage_duration_seconds_count", $"stage=\"{stage}\"") > 0);
        Assert.Contains(senders, metrics => Value(metrics, "mail_claims_total", "outcome=\"claimed\"") > 0);
        Assert.Contains(senders, metrics => Value(metrics, "mail_claim_duration_seconds_count", "") > 0);

        // What the alarms are raised by, from every scheduler.
        foreach (var scheduler in system.Mail.Schedulers)
        {
            var metrics = await Deadline.UntilAsync(
                () => MetricsAsync(scheduler), metrics => Value(metrics, "mail_senders", "state=\"ready\"") == 2);
            Assert.Equal(0, Value(metrics, "mail_senders", "state=\"blocked\""));
            Assert.NotNull(Value(metrics, "mail_emails_oldest_overdue_age_seconds", ""));
            Assert.NotNull(Value(metrics, "mail_emails_unknown", ""));
            Assert.NotNull(Value(metrics, "mail_emails_pending", ""));
            Assert.NotNull(Value(metrics, "mail_emails_sending", ""));
            foreach (var duty in new[] { "lost_claims", "expiry", "wake_overdue", "forgetting" })
            {
                await Deadline.UntilAsync(
                    () => MetricsAsync(scheduler), all => Value(all, "mail_sweep_duty_age_seconds", $"duty=\"{duty}\"") < 60);
            }
        }
    }

    [Fact]
    public async Task The_alarms_ring_when_they_should_and_no_sooner()
    {
        var rules = Path.Combine(Repository.Root, "deploy", "telemetry", "alerts.test.yml");
        var (exitCode, output) = await DistributionProgram.RunAsync(await DistributionProgram.PromtoolAsync(), "test", "rules", rules);
        Assert.True(exitCode == 0, output);
    }

    [Theory]
    [InlineData("alerts.yml")]
    [InlineData("dashboard.json")]
    public async Task Every_metric_that_the_alarms_and_the_dashboard_ask_for_is_there(string file)
    {
        using var api = system.Mail.Api;
        await api.EmailAsync(
            (string)(await api.PostAsync($"client/{_client}/scheduled-emails", Api.Item(null, Api.In(TimeSpan.Zero)))).Json["id"]!, "sent");
        var asked = MetricName().Matches(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", "telemetry", file)))
            .Select(match => match.Value).Distinct(StringComparer.Ordinal).ToList();
        Assert.True(asked.Count >= 3);
        var services = system.Mail.ConfigServices.Concat(system.Mail.Schedulers).Concat(system.Mail.Senders).ToList();
        // A name of a metric, or of a label.
        await Deadline.UntilAsync(
            async () =>
            {
                var metrics = string.Concat(await Task.WhenAll(services.Select(MetricsAsync)));
                return string.Join(
                    ' ',
                    asked.Where(name => !Array.Exists(["{", " ", "="], end => metrics.Contains(name + end, StringComparison.Ordinal))));
            },
            missing => missing.Length == 0);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer the-scrapers-key-of-these-test")]
    [InlineData("Bearer " + MailSystem.OperatorKey)]
    [InlineData("Basic " + SharedSystem.MetricsKey)]
    public async Task Metrics_are_for_those_who_have_the_key(string? authorization)
    {
        foreach (var service in new[] { system.Mail.ConfigServices[0], system.Mail.Schedulers[0], system.Mail.Senders[0] })
        {
            using var client = new HttpClient { BaseAddress = service.Address };
            using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
            if (authorization is not null)
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            using var answer = await client.SendAsync(request);
            Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (answer.StatusCode, answer.Headers.WwwAuthenticate.ToString()));
            Assert.Equal("unauthorized", (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]!);
        }
    }

    [Fact]
    public async Task Metrics_tell_nothing_of_how_the_servers_are_reached()
    {
        using var api = system.Mail.Api;
        await api.EmailAsync(
            (string)(await api.PostAsync($"client/{_client}/scheduled-emails", Api.Item(null, Api.In(TimeSpan.Zero)))).Json["id"]!, "sent");
        await system.Mail.ConfigServices[0].WaitAsync("/health/ready");
        var (postgres, rabbitMq) = (new NpgsqlConnectionStringBuilder(system.Mail.Postgres), new Uri(system.Mail.RabbitMq));
        string[] secrets =
        [
            postgres.Host!, $"\"{postgres.Port}\"", postgres.Database!, postgres.Password!,
            rabbitMq.Host, $"\"{rabbitMq.Port}\"", rabbitMq.AbsolutePath[1..], Uri.UnescapeDataString(rabbitMq.UserInfo.Split(':')[1]),
            ScriptedSmtp.Host, $"\"{system.Mail.Smtp.Port}\"", "server_address=", "server_port=", "network_peer", "db_namespace=",
            "connection_string", "user=",
        ];
        foreach (var service in system.Mail.ConfigServices.Concat(system.Mail.Schedulers).Concat(system.Mail.Senders))
        {
            var metrics = await Deadline.UntilAsync(
                () => MetricsAsync(service), metrics => metrics.Contains("db_client_", StringComparison.Ordinal));
            var told = metrics.Split('\n')
                .Where(line => Array.Exists(secrets, secret => line.Contains(secret, StringComparison.OrdinalIgnoreCase)));
            Assert.True(!told.Any(), string.Join('\n', told.Take(20)));
        }
    }

    [Fact]
    public async Task Each_service_says_which_version_lives()
    {
        foreach (var service in new[] { system.Mail.ConfigServices[0], system.Mail.Schedulers[0], system.Mail.Senders[0] })
        {
            using var client = new HttpClient { BaseAddress = service.Address };
            var live = JsonNode.Parse(await client.GetStringAsync(new Uri("/health/live", UriKind.Relative)))!;
            Assert.Equal("Healthy", (string)live["status"]!);
            Assert.Matches(@"^\d+\.\d+\.\d+", (string)live["version"]!);
        }
    }

    [Fact]
    public async Task No_log_has_a_secret_or_what_an_email_says()
    {
        using var api = system.Mail.Api;
        var key = (string)(await api.PostAsync($"client/{_client}/api-keys", new JsonObject { ["name"] = "shop" })).Json["key"]!;
        using var client = system.Mail.ApiOf(0, key);
        using var guesser = system.Mail.ApiOf(0, "mail_a-key-that-somebody-guessed");
        await guesser.GetAsync("holds");
        var email = Api.Item(null, Api.In(TimeSpan.Zero), text: "what-only-the-recipient-may-read");
        email["html"] = "<p>what-only-the-recipient-may-see</p>";
        var id = (string)(await client.PostAsync($"client/{_client}/scheduled-emails", email)).Json["id"]!;
        await api.EmailAsync(id, "sent");
        await client.PostAsync(
            $"client/{_client}/scheduled-emails?to=what-only-the-recipient-may-know",
            new JsonObject { ["text"] = "what-only-the-recipient-may-read", ["to"] = "nobody" },
            ("X-Request-Id", $"refused-{_client}"));
        // Each request has its line.
        await Deadline.UntilAsync(
            () => Task.FromResult(system.Mail.ConfigServices[0].Log),
            log => log.Contains($"POST /api/v1/client/{_client}/scheduled-emails answered 422 in", StringComparison.Ordinal)
                && log.Contains($"\"RequestId\":\"refused-{_client}\"", StringComparison.Ordinal)
                && log.Contains("\"Caller\":\"shop\"", StringComparison.Ordinal));

        var login = new Uri(system.Mail.RabbitMq).UserInfo.Split(':');
        string[] secrets =
        [
            MailSystem.OperatorKey, SharedSystem.MetricsKey, key, "a-key-that-somebody-guessed", "what-only-the-recipient-may",
            Uri.UnescapeDataString(login[1]), new NpgsqlConnectionStringBuilder(system.Mail.Postgres).Password!,
        ];
        foreach (var service in system.Mail.ConfigServices.Concat(system.Mail.Schedulers).Concat(system.Mail.Senders))
        {
            Assert.NotEmpty(service.Log);
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, service.Log, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Addresses_of_recipients_are_in_the_guides_line_and_in_no_other()
    {
        using var api = system.Mail.Api;
        var (to, refused) = ($"logged@{_client}.example", $"refused@{_client}.example");
        system.Mail.Smtp.ButFor(refused, $"550 5.1.1 <{refused}>: no such user").ButFor(to, $"451 4.7.1 <{to}> greylisted").Times(1);
        foreach (var (address, status) in new[] { (to, "sent"), (refused, "failed") })
        {
            await api.EmailAsync(
                (string)(await api.PostAsync(
                    $"client/{_client}/scheduled-emails", Api.Item(null, Api.In(TimeSpan.Zero), address))).Json["id"]!,
                status);
        }

        // What is in the database already may still be on its way to the log.
        var lines = await Deadline.UntilAsync(
            () => Task.FromResult(system.Mail.Senders.SelectMany(sender => sender.Log.Split('\n'))
                .Where(line => line.Contains(_client, StringComparison.Ordinal)).ToList()),
            lines => new[] { "Email failed at", "It is tried again", "Email sent: " }.All(words => lines.Exists(line =>
                line.Contains(words, StringComparison.Ordinal) && line.Contains($"client {_client})", StringComparison.Ordinal))));
        Assert.All(
            lines.Where(line => !line.Contains("Attempting to send email to ", StringComparison.Ordinal)),
            line => Assert.DoesNotContain($"@{_client}.example", line, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(lines, line => line.Contains("null", StringComparison.Ordinal));
    }

    private async Task<double> SentAsync() =>
        (await Task.WhenAll(system.Mail.Senders.Select(MetricsAsync)))
            .Sum(metrics => Value(metrics, "mail_emails_outcomes_total", "outcome=\"sent\"") ?? 0);

    private static async Task<string> MetricsAsync(ServiceProcess service)
    {
        using var client = new HttpClient { BaseAddress = service.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", SharedSystem.MetricsKey);
        return await client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
    }

    /// <summary>The value of a metric's line that has this label; null where there is none.</summary>
    private static double? Value(string metrics, string name, string label) =>
        metrics.Split('\n').FirstOrDefault(line =>
            (line.StartsWith($"{name}{{", StringComparison.Ordinal) || line.StartsWith($"{name} ", StringComparison.Ordinal))
            && line.Contains(label, StringComparison.Ordinal))
        is { } line
            ? double.Parse(line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)
            : null;

    [GeneratedRegex(
        @"\b(mail|scheduler|http_server|dotnet|db_client)_[a-z_]+\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex MetricName();
}

using System.Net;
using System.Net.Sockets;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.EndToEnd;

/// <summary>A setting that a service can't start with ends it with exit code 1 and one line that names the variable.</summary>
[Collection(SenderlessSystemTests.Name)]
public sealed class SettingsAtStartTests(SenderlessSystem system)
{
    private const string Config = "ConfigService";
    private const string Scheduler = "SchedulerService";
    private const string Sender = "SenderService";

    [Fact]
    public async Task Each_service_says_in_one_line_which_setting_it_cannot_start_with()
    {
        (string Service, string Name, string Value, string Line)[] wrong =
        [
            (Config, "API_KEY", "", "API_KEY is not set: set it to a random secret of at least 20 characters"),
            (Config, "API_KEY", "0123456789012345678", "API_KEY is too short: set it to a random secret of at least 20 characters"),
            (Config, "API_KEY", "0123456789012345678 \n", "API_KEY is too short: set it to a random secret of at least 20 characters"),
            (Config, "API_KEY", "'01234567890123456789'", "API_KEY begins and ends with a quote: remove them."),
            (Config, "API_ALLOWED_ORIGINS", "*", "API_ALLOWED_ORIGINS has \"*\""),
            (Config, "API_RATE_LIMIT", "fast", "API_RATE_LIMIT is \"fast\""),
            (Config, "PATH_BASE", "https://example.com/mail", "PATH_BASE is \"https://example.com/mail\", which is no path"),
            (Config, "METRICS_KEY", "short", "METRICS_KEY is too short"),
            (Config, "ASPNETCORE_URLS", "http:/127.0.0.1", "ASPNETCORE_URLS has \"http:/127.0.0.1\": set an address to listen at"),
            (Config, "ASPNETCORE_FORWARDEDHEADERS_ENABLED", "maybe",
                "ASPNETCORE_FORWARDEDHEADERS_ENABLED is \"maybe\": set true or false."),
            (Config, "ConnectionStrings__Postgres", "Database=mail", "ConnectionStrings__Postgres names no host"),
            (Config, "ConnectionStrings__Postgres", "Host=db;Minimum Pool Size=100", "ConnectionStrings__Postgres can't be used: "),
            (Scheduler, "ConnectionStrings__Postgres", "'Host=db'",
                "ConnectionStrings__Postgres begins and ends with a quote: remove them."),
            (Scheduler, "ConnectionStrings__RabbitMq", "amqp://mail:54sd/d56@rabbitmq/mail",
                "ConnectionStrings__RabbitMq can't be read: its user or password has a /. Percent-encode it (%2F)"),
            (Scheduler, "RETENTION_DAYS", "a week", "RETENTION_DAYS is \"a week\""),
            (Scheduler, "OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "OTEL_EXPORTER_OTLP_ENDPOINT is \"collector:4317\""),
            (Scheduler, "LOG_LEVEL", "loud", "LOG_LEVEL is \"loud\": set Verbose, Debug, Information, Warning, Error or Fatal."),
            (Sender, "ConnectionStrings__Postgres", "", "ConnectionStrings__Postgres is not set"),
            (Sender, "ConnectionStrings__RabbitMq", "", "ConnectionStrings__RabbitMq is not set"),
            (Sender, "RETRY_DELAY_SECONDS", "soon", "RETRY_DELAY_SECONDS is \"soon\""),
            (Sender, "SMTP_PASSWORD_FILE", "/run/secrets/nothing", "SMTP_PASSWORD_FILE names /run/secrets/nothing, which can't be read"),
        ];
        // Four at a time: a start takes a core for the better part of a second.
        foreach (var several in wrong.Chunk(4))
        {
            await Task.WhenAll(several.Select(async each =>
            {
                await using var service = Of(each.Service, (each.Name, each.Value));
                Assert.Equal(1, await service.RunToEndAsync());
                Assert.StartsWith(each.Line, Assert.Single(service.Log.Split('\n'), line => line.Length > 0), StringComparison.Ordinal);
            }));
        }
    }

    [Fact]
    public async Task A_database_that_refuses_the_login_and_a_port_that_is_taken_are_named_too()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var postgres = new NpgsqlConnectionStringBuilder(system.Mail.Postgres);
        (string Name, string Value, string Line)[] wrong =
        [
            ("ConnectionStrings__Postgres",
                new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Password = "wrong" }.ConnectionString,
                "ConnectionStrings__Postgres, or POSTGRES_USER and POSTGRES_PASSWORD beside it, is not what the database knows: "),
            ("ConnectionStrings__Postgres",
                new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = "nowhere" }.ConnectionString,
                "ConnectionStrings__Postgres names a database that is not there: "),
            ("ASPNETCORE_URLS", $"http://{taken.LocalEndpoint}",
                "ASPNETCORE_URLS or ASPNETCORE_HTTP_PORTS names a port that another program has taken"),
        ];
        await Task.WhenAll(wrong.Select(async each =>
        {
            await using var service = Of(Config, (each.Name, each.Value));
            Assert.Equal(1, await service.RunToEndAsync());
            Assert.Contains(service.Log.Split('\n'), line => line.StartsWith(each.Line, StringComparison.Ordinal));
            Assert.DoesNotContain("Unhandled exception", service.Log, StringComparison.Ordinal);
        }));
    }

    [Fact]
    public async Task A_wrong_password_is_named_where_the_try_without_TLS_is_refused_for_that()
    {
        await using var database = new TlsDemandingPostgres();
        await using var service = Of(Config, ("ConnectionStrings__Postgres", database.Address));
        Assert.Equal(1, await service.RunToEndAsync());
        Assert.Contains(
            "ConnectionStrings__Postgres, or POSTGRES_USER and POSTGRES_PASSWORD beside it, is not what the database knows: "
            + "password authentication failed for user \"mail\".",
            service.Log.Split('\n'));
    }

    [Fact]
    public async Task A_key_with_blanks_and_line_breaks_around_it_is_the_key_and_the_probe_goes_through_no_proxy()
    {
        await using var service = Of(Config, ("API_KEY", $" {MailSystem.OperatorKey}\r\n"), ("ASPNETCORE_ENVIRONMENT", "Production\n"));
        await service.StartAsync();
        using var api = new Api(service.Address, MailSystem.OperatorKey);
        (await api.GetAsync("holds")).Expect(HttpStatusCode.OK);

        await using var probe = new ServiceProcess(
            Config,
            new(StringComparer.Ordinal)
            {
                ["ASPNETCORE_URLS"] = $"{service.Address}\n",
                ["HTTP_PROXY"] = "http://127.0.0.1:1",
                ["http_proxy"] = "http://127.0.0.1:1",
                ["ALL_PROXY"] = "http://127.0.0.1:1",
            },
            arguments: ["--health-check", "/health/ready"]);
        Assert.True(await probe.RunToEndAsync() == 0, probe.Log);
    }

    private ServiceProcess Of(string service, params (string Name, string Value)[] changed)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["API_KEY"] = MailSystem.OperatorKey,
            ["ConnectionStrings__Postgres"] = system.Mail.Postgres,
            ["ConnectionStrings__RabbitMq"] = system.Mail.RabbitMq,
        };
        foreach (var (name, value) in changed)
            environment[name] = value;
        return new(service, environment);
    }
}

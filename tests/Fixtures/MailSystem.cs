using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.Fixtures;

/// <summary>A whole system on a database and a virtual host of its own, sending to a scripted SMTP server.</summary>
public sealed class MailSystem : IAsyncDisposable
{
    public const string OperatorKey = "the-operators-key-of-these-tests";

    private MailSystem(string postgres, string rabbitMq, ScriptedSmtp smtp) => (Postgres, RabbitMq, Smtp) = (postgres, rabbitMq, smtp);

    public string Postgres { get; }
    public string RabbitMq { get; }
    public ScriptedSmtp Smtp { get; }
    public List<ServiceProcess> ConfigServices { get; } = [];
    public List<ServiceProcess> Schedulers { get; } = [];
    public List<ServiceProcess> Senders { get; } = [];

    /// <summary>The operator's API, at the first ConfigService.</summary>
    public Api Api => ApiOf(0);

    /// <summary>Starts so many of each service.</summary>
    public static async Task<MailSystem> StartAsync(TestServers servers, int ofEach = 1, Dictionary<string, string?>? senderEnvironment = null, Action<ScriptedSmtp>? smtp = null)
    {
        var system = new MailSystem(await servers.NewDatabaseAsync(), await servers.NewVirtualHostAsync(), ScriptedSmtp.Accepting());
        smtp?.Invoke(system.Smtp);
        try
        {
            for (var number = 1; number <= ofEach; number++)
            {
                system.ConfigServices.Add(system.Service("ConfigService", $"config-{number}", []));
                system.Schedulers.Add(system.Service("SchedulerService", $"scheduler-{number}", []));
                system.Senders.Add(system.Sender($"sender-{number}", senderEnvironment ?? []));
            }

            var unready = senderEnvironment is null ? "/health/ready" : "/health/live";
            await Task.WhenAll([
                .. system.ConfigServices.Concat(system.Schedulers).Select(service => service.StartAsync()),
                .. system.Senders.Select(sender => sender.StartAsync(unready))]);
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>The operator's API, at one of the ConfigServices.</summary>
    public Api ApiOf(int index, string key = OperatorKey) => new(ConfigServices[index].Address, key);

    /// <summary>A sender that is not started yet.</summary>
    public ServiceProcess Sender(string name, Dictionary<string, string?> environment)
    {
        var all = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["SMTP_HOST"] = ScriptedSmtp.Host,
            ["SMTP_PORT"] = Smtp.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["SMTP_USE_TLS"] = "false",
            ["SMTP_ALLOW_PLAINTEXT"] = "true",
            ["SMTP_AUTH"] = "none",
            ["SMTP_FROM_EMAIL"] = "mail@sender.example",
            ["SMTP_FROM_NAME"] = "Mail",
            ["SMTP_USER"] = null,
            ["SMTP_PASSWORD"] = null,
            ["RETRY_DELAY_SECONDS"] = "1",
        };
        foreach (var (variable, value) in environment)
            all[variable] = value;
        return Service("SenderService", name, all);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in ConfigServices.Concat(Schedulers).Concat(Senders))
            await service.DisposeAsync();
        await Smtp.DisposeAsync();
    }

    private ServiceProcess Service(string service, string name, Dictionary<string, string?> environment) => ServiceProcess.On(Postgres, RabbitMq, service, new(environment, StringComparer.Ordinal)
    {
        ["API_KEY"] = OperatorKey,
        ["INSTANCE_NAME"] = name,
    });
}

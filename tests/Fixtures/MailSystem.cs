using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.Fixtures;

/// <summary>A whole system on a database and a virtual host of its own, sending to a scripted SMTP server.</summary>
public sealed class MailSystem : IAsyncDisposable
{
    public const string OperatorKey = "the-operators-key-of-these-tests";

    private readonly (string Name, string Value)[] _environment;
    private readonly Func<string, IEnumerable<(string Name, string Value)>> _environmentOf;

    private MailSystem(
        string postgres, string rabbitMq, ScriptedSmtp smtp, (string Name, string Value)[] environment,
        Func<string, IEnumerable<(string Name, string Value)>> environmentOf) =>
        (Postgres, RabbitMq, Smtp, _environment, _environmentOf) = (postgres, rabbitMq, smtp, environment, environmentOf);

    public string Postgres { get; }
    public string RabbitMq { get; }
    public ScriptedSmtp Smtp { get; }
    public List<ServiceProcess> ConfigServices { get; } = [];
    public List<ServiceProcess> Schedulers { get; } = [];
    public List<ServiceProcess> Senders { get; } = [];

    /// <summary>The operator's API, at the first ConfigService.</summary>
    public Api Api => ApiOf(0);

    /// <summary>Starts so many of each service.</summary>
    /// <param name="servers">Where its virtual host, and its database where none is given, are made.</param>
    /// <param name="ofEach">How many instances.</param>
    /// <param name="senderEnvironment">What the senders have beside the rest; they then need not become ready.</param>
    /// <param name="smtp">What the SMTP server does.</param>
    /// <param name="postgres">A database that is there.</param>
    /// <param name="rabbitMq">A virtual host that is there.</param>
    /// <param name="environmentOf">What a service of this name has beside the rest.</param>
    /// <param name="environment">What all services have beside the rest.</param>
    public static async Task<MailSystem> StartAsync(
        TestServers servers, int ofEach = 1, Dictionary<string, string?>? senderEnvironment = null, Action<ScriptedSmtp>? smtp = null,
        string? postgres = null, string? rabbitMq = null, Func<string, IEnumerable<(string Name, string Value)>>? environmentOf = null,
        params (string Name, string Value)[] environment)
    {
        var system = new MailSystem(
            postgres ?? await servers.NewDatabaseAsync(), rabbitMq ?? await servers.NewVirtualHostAsync(), ScriptedSmtp.Accepting(),
            environment, environmentOf ?? (_ => []));
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

    /// <summary>A further scheduler that is not started yet, and that the caller disposes of.</summary>
    public ServiceProcess Scheduler(string name, Dictionary<string, string?> environment) =>
        Service("SchedulerService", name, environment);

    /// <summary>SIGTERM for every service.</summary>
    public Task StopAsync() => Task.WhenAll(All.Select(service => service.StopAsync()));

    /// <summary>Stops every service and starts it again.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        foreach (var service in All)
            await service.DisposeAsync();
        await Task.WhenAll(All.Select(service => service.StartAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in All)
            await service.DisposeAsync();
        await Smtp.DisposeAsync();
    }

    /// <summary>What each service logged last: for the failure of a test.</summary>
    public string LastWords => string.Join("\n\n", All.Select(service => service.LastWords));

    private IEnumerable<ServiceProcess> All => ConfigServices.Concat(Schedulers).Concat(Senders);

    private ServiceProcess Service(string service, string name, Dictionary<string, string?> environment)
    {
        var all = new Dictionary<string, string?>(environment, StringComparer.Ordinal)
        {
            ["API_KEY"] = OperatorKey,
            ["INSTANCE_NAME"] = name,
        };
        foreach (var (variable, value) in _environment.Concat(_environmentOf(service)))
            all[variable] = value;
        return ServiceProcess.On(Postgres, RabbitMq, service, all);
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.Chaos;

/// <summary>Two of every service on servers of their own, with a proxy in every link.</summary>
internal sealed class AttackedSystem : IAsyncDisposable
{
    // Less than the ten minutes that a sender waits for the reply to a final dot, which would outlast the attack.
    private static readonly TimeSpan _longestStall = TimeSpan.FromSeconds(10);

    public const string OperatorKey = "the-operators-key-of-the-attack";

    // So that whenever a sender dies it has something in hand.
    private static readonly TimeSpan _serverTakes = TimeSpan.FromMilliseconds(150);

    private readonly Dictionary<string, ServiceProcess> _services = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TcpProxy> _links = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    /// <summary>PostgreSQL and RabbitMQ.</summary>
    public AttackedServers Servers { get; } = new();

    /// <summary>Where e-mails go.</summary>
    public ScriptedSmtp Smtp { get; } = ScriptedSmtp.Accepting().KeepingIds().But(Step.Dot, Reaction.After(_serverTakes));

    /// <summary>Where callers find the ConfigServices.</summary>
    public IReadOnlyList<Uri> Apis => [.. Targets.Configs.Select(name => new Uri($"http://127.0.0.1:{_links[$"callers/{name}"].Port}"))];

    public async Task StartAsync()
    {
        await Servers.StartAsync();
        foreach (var name in Targets.Services)
        {
            var (postgres, toPostgres) = TcpProxy.BeforePostgres(Servers.Postgres);
            var (rabbitMq, toRabbitMq) = TcpProxy.BeforeRabbitMq(Servers.RabbitMq);
            (_links[$"{name}/{Targets.Postgres}"], _links[$"{name}/{Targets.RabbitMq}"]) = (postgres, rabbitMq);
            _services[name] = ServiceProcess.On(toPostgres, toRabbitMq, Project(name), EnvironmentOf(name));
            if (Targets.Configs.Contains(name))
                _links[$"callers/{name}"] = TcpProxy.Before(_services[name].Address.Port);
        }

        await Task.WhenAll(_services.Values.Select(service => service.StartAsync()));
    }

    /// <summary>
    /// Does a fault, and undoes it at its end. On a slow machine one may take longer than planned: the next on the same target waits.
    /// </summary>
    public async Task DoAsync(Fault fault, CancellationToken cancellationToken)
    {
        var turn = _turns.GetOrAdd(fault.Target, _ => new(1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            await DoInTurnAsync(fault, cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Waits until every service is ready, or at least lives.</summary>
    public Task ReadyAsync() => Task.WhenAll(_services.Values.Select(service => service.WaitAsync("/health/live")));

    /// <summary>The operator's API, by no proxy.</summary>
    public Api DirectApi() => new(_services[Targets.Configs[0]].Address, OperatorKey);

    /// <summary>SIGTERM for every service.</summary>
    public Task StopServicesAsync() => Task.WhenAll(_services.Values.Select(service => service.StopAsync()));

    /// <summary>Starts what was stopped. Completes when all of it lives.</summary>
    public Task StartServicesAsync() => Task.WhenAll(_services.Values.Select(service => service.StartAsync("/health/live")));

    /// <summary>Writes a file for each service. Returns their folder.</summary>
    public async Task<string> WriteLogsAsync()
    {
        var folder = Directory.CreateTempSubdirectory("mail-chaos-logs-").FullName;
        foreach (var (name, service) in _services)
            await File.WriteAllTextAsync(Path.Combine(folder, $"{name}.log"), service.Log);
        return folder;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services.Values)
            await service.DisposeAsync();
        foreach (var link in _links.Values)
            await link.DisposeAsync();
        await Smtp.DisposeAsync();
        await Servers.DisposeAsync();
    }

    private async Task DoInTurnAsync(Fault fault, CancellationToken cancellationToken)
    {
        switch (fault.Kind)
        {
            case FaultKind.Kill when _services.TryGetValue(fault.Target, out var service):
                await service.DisposeAsync();
                await Task.Delay(fault.Length, cancellationToken);
                service.Launch();
                break;
            case FaultKind.Stop:
                await _services[fault.Target].StopAsync();
                await Task.Delay(fault.Length, cancellationToken);
                _services[fault.Target].Launch();
                break;
            case FaultKind.Pause:
                _services[fault.Target].Pause();
                await Task.Delay(fault.Length, cancellationToken);
                _services[fault.Target].Continue();
                break;
            case FaultKind.OldRequests:
                await Servers.AddOldRequestsAsync(1_000_000);
                break;
            case FaultKind.Kill or FaultKind.Wipe:
                await Servers.KillAsync(fault.Target, fault.Length, wipe: fault.Kind == FaultKind.Wipe, cancellationToken);
                break;
            case FaultKind.Cut:
                _links[fault.Target].Cut();
                await Task.Delay(fault.Length, cancellationToken);
                _links[fault.Target].Restore();
                break;
            case FaultKind.Stall:
                _links[fault.Target].Stall();
                await Task.Delay(fault.Length, cancellationToken);
                _links[fault.Target].Restore();
                break;
            default:
                await MisbehaveAsync(fault, cancellationToken);
                break;
        }
    }

    private async Task MisbehaveAsync(Fault fault, CancellationToken cancellationToken)
    {
        var (step, reaction) = fault.Kind switch
        {
            FaultKind.Refuse => (Step.Rcpt, Reaction.Reply("450 4.3.0 try again later")),
            FaultKind.ResetAfterDot => (Step.Kept, Reaction.Reset),
            FaultKind.StallAfterDot => (Step.Kept, Reaction.StallAndDrop(_longestStall)),
            _ => throw new NotSupportedException($"{fault.Kind} is no fault of {fault.Target}."),
        };
        Smtp.But(step, reaction);
        if (fault.Kind == FaultKind.Refuse)
            Smtp.But(Step.Rcpt, "550 5.1.1 no such user").Times(1);
        await Task.Delay(fault.Length, cancellationToken);
        Smtp.AsUsual(step);
    }

    private static string Project(string name) => name.Split('-')[0] switch
    {
        "config" => "ConfigService",
        "scheduler" => "SchedulerService",
        _ => "SenderService",
    };

    private Dictionary<string, string?> EnvironmentOf(string name) => new(StringComparer.Ordinal)
    {
        ["API_KEY"] = OperatorKey,
        ["INSTANCE_NAME"] = name,
        ["MAIL_INSTANCE"] = "chaos",
        ["SMTP_HOST"] = ScriptedSmtp.Host,
        ["SMTP_PORT"] = Targets.Senders.Contains(name) ? SmtpLink(name).Port.ToString(CultureInfo.InvariantCulture) : null,
        ["SMTP_USE_TLS"] = "false",
        ["SMTP_ALLOW_PLAINTEXT"] = "true",
        ["SMTP_AUTH"] = "none",
        ["SMTP_FROM_EMAIL"] = "mail@sender.example",
        ["SMTP_TIMEOUT"] = "10",
        ["SMTP_MAX_CONNECTIONS"] = Audit.Connections.ToString(CultureInfo.InvariantCulture),
        ["RETRY_DELAY_SECONDS"] = "2",
    };

    private TcpProxy SmtpLink(string name) => _links[$"{name}/{Targets.Smtp}"] = TcpProxy.Before(Smtp.Port);
}

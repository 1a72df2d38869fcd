using Mail.Local.Processes;
using Mail.Local.Servers;
using Mail.Local.Settings;

namespace Mail.Local.Running;

/// <summary>The whole system as processes of this machine. All that it keeps is in the run directory.</summary>
/// <param name="checkout">The checkout.</param>
/// <param name="settings">The settings.</param>
internal sealed class NativeSystem(Checkout checkout, LocalSettings settings) : ILocalSystem
{
    internal const string ModeName = "native";

    private readonly ServerPair _servers = new(checkout.Run);
    private readonly Inbox _inbox = new(checkout, settings);
    private readonly Progress _progress = new(checkout.Run);
    private readonly Builder _builder = new(checkout);

    public string? Inbox => settings.UsesLocalInbox ? _inbox.Address : null;

    public async Task<string> UpAsync(IReadOnlyDictionary<ServiceKind, int> scale)
    {
        if (!OperatingSystem.IsLinux())
            throw new LocalException("without a Docker engine this needs Linux; start the engine and try again");
        if (Checkout.IsInContainer)
            throw new LocalException("without containers this needs the .NET SDK: https://dotnet.microsoft.com/download");
        await Packages.RequireServersAsync();
        checkout.WriteMode(ModeName);
        Directory.CreateDirectory(checkout.Logs);
        var wanted = Scale.Choose(checkout, scale);
        await _servers.LaunchAsync(settings.Port("MAIL_POSTGRES_PORT", 5433), new(
            settings.Port("MAIL_RABBITMQ_PORT", 5673), settings.Port("MAIL_RABBITMQ_MANAGEMENT_PORT", 15673),
            settings.Port("MAIL_RABBITMQ_DIST_PORT", 25673), settings.Port("MAIL_EPMD_PORT", 4370)));
        // The servers boot meanwhile.
        var fetched = settings.UsesLocalInbox ? StartInboxAsync() : _inbox.StopAsync();
        var built = _builder.IsOutdated ? _progress.ShowAsync("Building the services", _builder.BuildAsync) : Task.CompletedTask;
        await Task.WhenAll(fetched, built);
        await _progress.ShowAsync("Waiting for the servers", WaitForServersAsync);
        var services = new NativeServices(checkout, settings, _servers, _inbox, wanted, _builder);
        await _progress.ShowAsync("Starting the services", services.StartAsync);
        return $"http://127.0.0.1:{_servers.RabbitMq.Ports.Management} (user mail, password {_servers.RabbitMq.Password})";
    }

    public async Task DownAsync(bool wipe)
    {
        await StopServicesAsync();
        await _inbox.StopAsync();
        await _servers.StopAsync();
        Scale.Forget(checkout);
        if (wipe)
            Wipe();
    }

    public Task StopServicesAsync() => NativeServices.StopAsync(checkout, NativeServices.Running(checkout));

    public async Task<IReadOnlyList<ProcessStatus>> StatusAsync() =>
        await Task.WhenAll(LocalProcess.NamesIn(checkout.Run).Select(StatusOfAsync));

    public async Task<int> FollowLogsAsync(string? service, CancellationToken cancellationToken)
    {
        var logs = Directory.Exists(checkout.Logs) ? Directory.GetFiles(checkout.Logs, "*.log") : [];
        Array.Sort(logs, StringComparer.Ordinal);
        var wanted = logs.Where(log => service is null || IsOf(Path.GetFileNameWithoutExtension(log), service)).ToList();
        if (wanted.Count == 0)
        {
            var there = string.Join(' ', logs.Select(log => Path.GetFileName(log)));
            throw new LocalException($"no logs{(service is null ? "" : $" of {service}")}; there are: {there}");
        }

        return await new Tool("tail", ["-n", "50", "-F", .. wanted]).RunInTerminalAsync(cancellationToken);
    }

    public Tool PostgresTool(string program, Stream? input, params string[] arguments) => _servers.Postgres.Tool(program, input, arguments);

    private async Task StartInboxAsync()
    {
        if (Running.Inbox.IsMissing)
        {
            Terminal.Say("Fetching the inbox (smtp4dev)");
            await _inbox.FetchAsync();
        }

        await _inbox.LaunchAsync();
    }

    private async Task WaitForServersAsync()
    {
        await _servers.WaitAsync();
        if (settings.UsesLocalInbox)
            await _inbox.WaitAsync();
    }

    // The lock stays: whoever waits for it waits for this very file.
    private void Wipe()
    {
        _servers.Wipe();
        foreach (var entry in new DirectoryInfo(checkout.Run).EnumerateFileSystemInfos().Where(entry => entry.Name != LocalSystem.LockName))
        {
            if (entry is DirectoryInfo { LinkTarget: null } folder)
                folder.Delete(recursive: true);
            else
                entry.Delete();
        }
    }

    private async Task<ProcessStatus> StatusOfAsync(string name)
    {
        var process = new LocalProcess(checkout.Run, name);
        if (!process.IsAlive)
            return new(name, Alive: false, "dead: ./mail up restarts it", null, null, null);
        var instance = ServiceInstance.Parse(name);
        var (first, second) = process.Fingerprint?.Split(' ') is [var one, var two, ..] ? (one, two) : (process.Fingerprint ?? "", "");
        var (inboxPort, smtpPort) = Running.Inbox.PortsOf(first);
        var address = name switch
        {
            _ when instance is not null => instance.Address(settings),
            "inbox" => $"http://127.0.0.1:{inboxPort}, SMTP {smtpPort}",
            "rabbitmq" => $"127.0.0.1:{first}, UI http://127.0.0.1:{second}",
            _ => $"127.0.0.1:{first}",
        };
        var state = instance is null ? "running" : await StateOfAsync(address);
        return new(name, Alive: true, state, process.Pid, process.StartedAt, address);
    }

    private static async Task<string> StateOfAsync(string address) =>
        await Http.AnswersAsync($"{address}/health/ready") ? "ready"
        : await Http.AnswersAsync($"{address}/health/live") ? "up, not ready"
        : "does not answer";

    private static bool IsOf(string log, string service) => log == service || log.StartsWith($"{service}-", StringComparison.Ordinal);
}

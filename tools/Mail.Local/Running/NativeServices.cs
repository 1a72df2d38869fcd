using System.Security.Cryptography;
using System.Text;
using Mail.Local.Processes;
using Mail.Local.Servers;
using Mail.Local.Settings;

namespace Mail.Local.Running;

/// <summary>The instances of the services, as processes.</summary>
internal sealed class NativeServices(
    Checkout checkout, LocalSettings settings, ServerPair servers, Inbox inbox, Scale scale, Builder builder)
{
    // .NET's own grace time is 35 s; what outlives it is stuck.
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(40);

    private readonly Dictionary<ServiceInstance, LocalProcess> _processes = [];

    /// <summary>The names of the instances that there are files of.</summary>
    internal static IReadOnlyList<string> Running(Checkout checkout) =>
        [.. LocalProcess.NamesIn(checkout.Run).Where(name => ServiceInstance.Parse(name) is not null)];

    /// <summary>Stops instances, all at once.</summary>
    internal static Task StopAsync(Checkout checkout, IEnumerable<string> instances) => Task.WhenAll(
        instances.Select(name => new LocalProcess(checkout.Run, name).StopAsync(ProcessSignal.Terminate, _grace)));

    /// <summary>Starts what is not running, restarts what was started otherwise than it would be now, and waits until all are up.</summary>
    internal async Task StartAsync()
    {
        await LaunchAsync();
        foreach (var instance in scale.Instances)
        {
            while (!await Readiness.WaitAsync(_processes[instance], TimeSpan.FromSeconds(90), () => IsUpAsync(instance)))
                await LaunchAsync();
            await SayWhatIsWrongAsync(instance);
        }
    }

    private async Task LaunchAsync()
    {
        Dictionary<ServiceKind, string> copies = [];
        foreach (var kind in ServiceKind.All)
            copies[kind] = await builder.CopyAsync(kind);
        var wanted = scale.Instances.ToDictionary(
            instance => instance.ToString(), instance => Fingerprint(copies[instance.Kind], EnvironmentOf(instance)),
            StringComparer.Ordinal);
        var outdated = Running(checkout)
            .Where(name => new LocalProcess(checkout.Run, name).Fingerprint != wanted.GetValueOrDefault(name, "none")).ToList();
        if (outdated.Count > 0)
        {
            Terminal.Say($"Stopping {string.Join(' ', outdated)}");
            await StopAsync(checkout, outdated);
        }

        builder.RemoveOldCopies(copies.Values);
        foreach (var instance in scale.Instances)
            await LaunchAsync(instance, wanted[instance.ToString()], copies[instance.Kind]);
    }

    private async Task LaunchAsync(ServiceInstance instance, string fingerprint, string folder)
    {
        if (!_processes.TryGetValue(instance, out var process))
            _processes[instance] = process = new(checkout.Run, instance.ToString());
        if (process.IsAlive)
            return;
        var kind = instance.Kind;
        await FreePorts.RequireAsync(
            kind.Port(settings, instance.Number), instance.ToString(), $"{kind.PortVariable}= (that of {kind.Name}-1)");
        Terminal.Say($"Starting {instance}");
        var environment = EnvironmentOf(instance);
        environment["HOME"] = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        environment["LANG"] = Environment.GetEnvironmentVariable("LANG") is { Length: > 0 } language ? language : "C.UTF-8";
        environment["TMPDIR"] = Path.GetTempPath();
        await process.LaunchAsync(fingerprint, new(Tool.Find("dotnet")!, $"{kind.Project}.dll")
        {
            Environment = environment,
            WorkingDirectory = folder,
        });
    }

    // A sender that can't use its settings, or with a mail server that won't have it, is meant to be up and not ready: e-mail waits.
    private async Task<bool> IsUpAsync(ServiceInstance instance)
    {
        var address = instance.Address(settings);
        if (await Http.AnswersAsync($"{address}/health/ready"))
            return true;
        return instance.Kind == ServiceKind.Sender && await Http.AnswersAsync($"{address}/health/live")
            && await ConfigApi.SenderTroubleAsync(address) is { Length: > 0 };
    }

    private async Task SayWhatIsWrongAsync(ServiceInstance instance)
    {
        var address = instance.Address(settings);
        if (instance.Kind != ServiceKind.Sender || await Http.AnswersAsync($"{address}/health/ready")
            || await ConfigApi.SenderTroubleAsync(address) is not { Length: > 0 } trouble)
        {
            return;
        }

        Terminal.Say(
            trouble.StartsWith("Missing:", StringComparison.Ordinal) || trouble.StartsWith("Invalid:", StringComparison.Ordinal)
                ? $"{instance} is up but not configured. {trouble} Correct .env and run ./mail up again."
                : $"{instance} is up but sends nothing: {trouble} E-mail waits, and goes out by itself once that is put right.");
    }

    private SortedDictionary<string, string> EnvironmentOf(ServiceInstance instance)
    {
        var all = new SortedDictionary<string, string>(settings.Values.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
        if (settings.UsesLocalInbox)
        {
            all["SMTP_HOST"] = "127.0.0.1";
            all["SMTP_PORT"] = $"{inbox.SmtpPort}";
            all["SMTP_USE_TLS"] = "false";
            all["SMTP_ALLOW_PLAINTEXT"] = "true";
            all["SMTP_AUTH"] = "none";
            all["SMTP_FROM_EMAIL"] = settings["SMTP_FROM_EMAIL"] ?? "mail@example.org";
            all["SMTP_FROM_NAME"] = settings["SMTP_FROM_NAME"] ?? "Mail";
        }

        // Images set them; ASPNETCORE_URLS says it here.
        all.Remove("ASPNETCORE_HTTP_PORTS");
        all.Remove("ASPNETCORE_HTTPS_PORTS");
        // The keys that open the secrets of webhooks: senders alone have them.
        if (instance.Kind != ServiceKind.Sender)
        {
            all.Remove("SECRETS_PRIVATE_KEYS");
            all.Remove("SECRETS_PRIVATE_KEYS_FILE");
        }

        all["ASPNETCORE_URLS"] = instance.Address(settings);
        all["ASPNETCORE_ENVIRONMENT"] = settings["ASPNETCORE_ENVIRONMENT"] ?? "Production";
        all["INSTANCE_NAME"] = instance.ToString();
        all["ConnectionStrings__Postgres"] = servers.Postgres.ConnectionString;
        all["ConnectionStrings__RabbitMq"] = servers.RabbitMq.Address;
        foreach (var empty in all.Where(variable => variable.Value.Length == 0).ToList())
            all.Remove(empty.Key);
        return all;
    }

    private static string Fingerprint(string copy, SortedDictionary<string, string> environment)
    {
        var text = string.Concat(environment.Select(variable => $"{variable.Key}={variable.Value}\n"));
        return $"{Path.GetFileName(copy)}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16]}";
    }
}

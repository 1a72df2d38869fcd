using System.Globalization;
using Mail.Local.Processes;
using Mail.Local.Running;
using Mail.Local.Servers;
using Mail.Local.Settings;

namespace Mail.Local.Commands;

/// <summary>Looks at what the system needs of this machine.</summary>
/// <param name="checkout">The checkout.</param>
/// <param name="system">The system of this checkout.</param>
internal sealed class Doctor(Checkout checkout, LocalSystem system)
{
    // A fresh system takes some 500 MB; the rest is room for data and logs.
    private const long MinDisk = 2L << 30;

    /// <summary>Everything that was looked at.</summary>
    internal async Task<IReadOnlyList<Diagnosis>> ExamineAsync()
    {
        var engine = await DockerEngine.AnswersAsync();
        List<Diagnosis> findings = [await SdkAsync(engine), await EngineAsync(engine), Servers(engine), Disk()];
        try
        {
            var settings = system.LoadSettings();
            findings.AddRange([Key(settings), Smtp(settings), .. await PortsAsync(settings, engine), .. await RunningAsync(settings)]);
        }
        catch (LocalException exception)
        {
            findings.Add(new("settings", exception.Message, IsFine: false, "Correct .env; docs/settings.md explains each setting."));
        }

        return findings;
    }

    private async Task<Diagnosis> SdkAsync(bool engine)
    {
        const string About = ".NET SDK";
        if (Tool.Find("dotnet") is not { } dotnet)
            return Missing("none is installed");
        var version = await new Tool(dotnet, "--version") { WorkingDirectory = checkout.Root }.RunAsync();
        return version.ExitCode == 0
            ? new(About, version.Output.Trim())
            : Missing($"not the one that global.json asks for: {version.All.Split('\n')[0].Trim()}");

        Diagnosis Missing(string what) => engine
            ? new(About, $"{what}; with the Docker engine alone ./mail up and ./mail demo work all the same")
            : new(About, what, IsFine: false, "Install it: https://dotnet.microsoft.com/download");
    }

    private static async Task<Diagnosis> EngineAsync(bool engine)
    {
        const string About = "Docker engine";
        if (!engine)
        {
            return Tool.Find("docker") is null
                ? new(About, "none; ./mail up starts everything as processes of this machine")
                : new(About, "docker is installed, but no engine answers; ./mail up starts everything as processes of this machine");
        }

        var compose = await new Tool("docker", "compose", "version", "--short").RunAsync();
        return compose.ExitCode == 0
            ? new(About, $"answers, with compose {compose.Output.Trim()}")
            : new(About, "answers, but has no compose plugin", IsFine: false, "Install docker-compose-plugin, or use ./mail up --native.");
    }

    private static Diagnosis Servers(bool engine)
    {
        var missing = Packages.Missing();
        if (missing.Count == 0)
            return new("servers", "PostgreSQL and RabbitMQ are installed, for running without containers");
        var what = $"not installed: {string.Join(", ", missing)}";
        return engine
            ? new("servers", $"{what}; containers have their own")
            : new("servers", what, IsFine: false, Environment.IsPrivilegedProcess
                ? "./mail up installs them."
                : "sudo env \"PATH=$PATH\" ./mail servers install");
    }

    private Diagnosis Disk()
    {
        var folder = new DirectoryInfo(checkout.Run);
        while (!folder.Exists)
            folder = folder.Parent!;
        var free = new DriveInfo(folder.FullName).AvailableFreeSpace;
        var what = $"{(free / (double)(1 << 30)).ToString("0.0", CultureInfo.InvariantCulture)} GiB free at {folder.FullName}";
        return new(
            "disk", what, free >= MinDisk, free >= MinDisk ? null : "Make room, or set MAIL_RUN_DIR to a folder on another disk.");
    }

    private static Diagnosis Key(LocalSettings settings) => settings["API_KEY"] is null
        ? new("API key", "none yet; the first ./mail up writes one to .env")
        : new("API key", "is set");

    private static Diagnosis Smtp(LocalSettings settings) => settings["SMTP_HOST"] is { } host
        ? new("e-mail", $"goes to {host}, as SMTP_HOST says; the check page of a running system tries it")
        : new("e-mail", "goes to the local inbox, since SMTP_HOST is not set");

    private async Task<IEnumerable<Diagnosis>> PortsAsync(LocalSettings settings, bool engine)
    {
        if (checkout.Mode is not null)
            return [];
        List<(string Variable, int Port, string Use)> ports =
        [
            (ServiceKind.Config.PortVariable, ServiceKind.Config.Port(settings, 1), "the page and the API"),
            (
                "MAIL_RABBITMQ_MANAGEMENT_PORT", settings.Port("MAIL_RABBITMQ_MANAGEMENT_PORT", engine ? 15672 : 15673),
                "RabbitMQ's management UI"),
        ];
        if (settings.UsesLocalInbox)
        {
            ports.Add(("MAIL_INBOX_PORT", settings.Port("MAIL_INBOX_PORT", 8025), "the inbox's page"));
            ports.Add(("MAIL_INBOX_SMTP_PORT", settings.Port("MAIL_INBOX_SMTP_PORT", 1025), "the inbox's SMTP"));
        }

        if (!engine)
        {
            ports.Add(("MAIL_SCHEDULER_PORT", ServiceKind.Scheduler.Port(settings, 1), "scheduler-1"));
            ports.Add(("MAIL_SENDER_PORT", ServiceKind.Sender.Port(settings, 1), "sender-1"));
            ports.Add(("MAIL_POSTGRES_PORT", settings.Port("MAIL_POSTGRES_PORT", 5433), "PostgreSQL"));
            ports.Add(("MAIL_RABBITMQ_PORT", settings.Port("MAIL_RABBITMQ_PORT", 5673), "RabbitMQ"));
            ports.Add(("MAIL_RABBITMQ_DIST_PORT", settings.Port("MAIL_RABBITMQ_DIST_PORT", 25673), "RabbitMQ's distribution"));
            ports.Add(("MAIL_EPMD_PORT", settings.Port("MAIL_EPMD_PORT", 4370), "Erlang's port mapper"));
        }

        List<Diagnosis> taken = [];
        foreach (var (variable, port, use) in ports)
        {
            if (await Readiness.AnswersAsync(port))
            {
                taken.Add(new(
                    "ports", $"{port}, meant for {use}, is taken by another program", IsFine: false,
                    $"Stop that, or choose another port: {variable}="));
            }
        }

        return taken.Count > 0 ? taken : [new("ports", $"free: {string.Join(", ", ports.Select(port => port.Port).Order())}")];
    }

    private async Task<IEnumerable<Diagnosis>> RunningAsync(LocalSettings settings)
    {
        if (checkout.Mode is not { } mode)
            return [new("system", "is not running; ./mail up starts it")];
        var statuses = await system.Current(settings).StatusAsync();
        var dead = statuses.Where(status => !status.Alive).Select(status => status.Name).ToList();
        if (dead.Count > 0)
            return [Wrong($"dead: {string.Join(", ", dead)}", "./mail up restarts it; ./mail logs tells why it ended.")];
        var unready = statuses.Where(status => status.State is "up, not ready" or "does not answer").Select(status => status.Name).ToList();
        if (unready.Count > 0)
            return [Wrong($"not ready: {string.Join(", ", unready)}", $"./mail logs {unready[0]}")];
        var notice = await new ConfigApi(settings).HoldNoticeAsync();
        return notice is null
            ? [new("system", $"runs with --{mode}, {statuses.Count} processes or containers")]
            : [Wrong($"everything is held back: {notice}", "./mail release")];

        static Diagnosis Wrong(string what, string toDo) => new("system", what, IsFine: false, toDo);
    }
}

/// <summary>Something that was looked at.</summary>
/// <param name="About">What it was.</param>
/// <param name="What">How it is.</param>
/// <param name="IsFine">Whether it is as it should be.</param>
/// <param name="ToDo">What to do about it.</param>
internal sealed record Diagnosis(string About, string What, bool IsFine = true, string? ToDo = null);

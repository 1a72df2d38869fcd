using Mail.Local.Settings;

namespace Mail.Local.Running;

/// <summary>One of the three services.</summary>
/// <param name="Name">What it is called in options and in names of instances.</param>
/// <param name="Project">Its project, and its program.</param>
/// <param name="ComposeService">Its name in the compose file.</param>
/// <param name="PortVariable">The setting of its first instance's port; the others have the ports after it.</param>
/// <param name="DefaultPort">That port where it is not set.</param>
internal sealed record ServiceKind(string Name, string Project, string ComposeService, string PortVariable, int DefaultPort)
{
    internal static ServiceKind Config { get; } = new("config", "ConfigService", "configservice", "MAIL_CONFIG_PORT", 8080);

    internal static ServiceKind Scheduler { get; } =
        new("scheduler", "SchedulerService", "schedulerservice", "MAIL_SCHEDULER_PORT", 8180);

    internal static ServiceKind Sender { get; } = new("sender", "SenderService", "senderservice", "MAIL_SENDER_PORT", 8280);

    internal static IReadOnlyList<ServiceKind> All { get; } = [Config, Scheduler, Sender];

    /// <summary>The port of an instance, which are numbered from 1.</summary>
    internal int Port(LocalSettings settings, int number) => settings.Port(PortVariable, DefaultPort) + number - 1;
}

/// <summary>An instance of a service, for example <c>sender-2</c>.</summary>
internal sealed record ServiceInstance(ServiceKind Kind, int Number)
{
    public override string ToString() => $"{Kind.Name}-{Number}";

    /// <summary>Reads a name; null where it is no instance's.</summary>
    internal static ServiceInstance? Parse(string name) =>
        name.Split('-') is [var kind, var number] && ServiceKind.All.FirstOrDefault(each => each.Name == kind) is { } known
        && int.TryParse(number, System.Globalization.CultureInfo.InvariantCulture, out var parsed)
            ? new(known, parsed)
            : null;

    internal string Address(LocalSettings settings) => $"http://127.0.0.1:{Kind.Port(settings, Number)}";
}

namespace Mail.Tests.Chaos;

/// <summary>What there is to attack: two of each service, the servers, and every link between them.</summary>
public static class Targets
{
    public const string Postgres = "postgres";
    public const string RabbitMq = "rabbitmq";
    public const string Smtp = "smtp";

    public static IReadOnlyList<string> Configs { get; } = ["config-1", "config-2"];
    public static IReadOnlyList<string> Schedulers { get; } = ["scheduler-1", "scheduler-2"];
    public static IReadOnlyList<string> Senders { get; } = ["sender-1", "sender-2"];
    public static IReadOnlyList<string> Services { get; } = [.. Configs, .. Schedulers, .. Senders];

    /// <summary>Named by who connects and to what.</summary>
    public static IReadOnlyList<string> Links { get; } =
    [
        .. Configs.Select(name => $"callers/{name}"),
        .. Services.Select(name => $"{name}/{Postgres}"),
        .. Schedulers.Concat(Senders).Select(name => $"{name}/{RabbitMq}"),
        .. Senders.Select(name => $"{name}/{Smtp}"),
    ];
}

using Mail.Local.Processes;

namespace Mail.Local.Running;

/// <summary>The whole system on this machine: as processes, or in containers.</summary>
internal interface ILocalSystem
{
    /// <summary>The inbox's page; null where e-mail goes elsewhere.</summary>
    string? Inbox { get; }

    /// <summary>Starts what is not running, restarts what is outdated, and waits until everything is ready.</summary>
    /// <returns>Where RabbitMQ's management UI is, and who may sign in.</returns>
    Task<string> UpAsync(IReadOnlyDictionary<ServiceKind, int> scale);

    Task DownAsync(bool wipe);

    Task StopServicesAsync();

    /// <summary>What there is, and how it is.</summary>
    Task<IReadOnlyList<ProcessStatus>> StatusAsync();

    /// <summary>Follows the logs of all, or of one service or instance, until it is interrupted.</summary>
    Task<int> FollowLogsAsync(string? service, CancellationToken cancellationToken);

    /// <summary>One of PostgreSQL's own programs, as the owner of the data.</summary>
    Tool PostgresTool(string program, Stream? input, params string[] arguments);
}

/// <summary>A process or container.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Alive">Whether it runs.</param>
/// <param name="State">How it is, for example <c>ready</c>.</param>
/// <param name="Pid">Its pid, where it is a process of this machine that runs.</param>
/// <param name="Since">Since when it runs.</param>
/// <param name="Address">Where it answers.</param>
internal sealed record ProcessStatus(string Name, bool Alive, string State, int? Pid, DateTimeOffset? Since, string? Address);

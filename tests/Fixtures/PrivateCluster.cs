using System.Diagnostics;

namespace Mail.Tests.Fixtures;

/// <summary>Three RabbitMQ nodes and PostgreSQL with a synchronous standby, from the distribution's packages: <c>deploy/native/cluster.sh</c>.</summary>
public sealed class PrivateCluster : IAsyncDisposable
{
    private static readonly string _script = Path.Combine(Repository.Root, "deploy", "native", "cluster.sh");

    private readonly string _directory = Path.Combine("/var/tmp", $"mail-test-cluster-{Environment.ProcessId}");

    private PrivateCluster()
    {
    }

    /// <summary>An Npgsql connection string with both hosts.</summary>
    public string Postgres { get; private set; } = "";

    /// <summary>An AMQP URI with all nodes.</summary>
    public string RabbitMq { get; private set; } = "";

    public static async Task<PrivateCluster> StartAsync()
    {
        var cluster = new PrivateCluster();
        var lines = (await cluster.RunAsync("start")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        cluster.Postgres = lines.Single(line => line.StartsWith("POSTGRES=", StringComparison.Ordinal))["POSTGRES=".Length..];
        cluster.RabbitMq = lines.Single(line => line.StartsWith("RABBITMQ=", StringComparison.Ordinal))["RABBITMQ=".Length..];
        return cluster;
    }

    /// <summary>SIGKILL for a node, from 1 to 3: services are connected to the first that answers.</summary>
    public Task KillNodeAsync(int node) => RunAsync("kill", $"rabbit-{node}");

    /// <summary>SIGKILL for the primary and all its processes.</summary>
    public Task KillPrimaryAsync() => RunAsync("kill", "postgres");

    /// <summary>Commits no longer wait for the standby, and it hears of none: as one that is asynchronous, and lags behind.</summary>
    public Task StopFollowingAsync() => RunAsync("unfollow");

    /// <summary>Makes the standby the primary.</summary>
    public Task PromoteAsync() => RunAsync("promote");

    public async ValueTask DisposeAsync() => await RunAsync("stop");

    private async Task<string> RunAsync(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", [_script, command, _directory, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"cluster.sh {command} failed: see above.");
    }
}

namespace Mail.Tests.Fixtures;

/// <summary>
/// Three RabbitMQ nodes and PostgreSQL with a synchronous standby, from the distribution's packages: <c>deploy/native/cluster.sh</c>.
/// </summary>
public sealed class PrivateCluster : IAsyncDisposable
{
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
        var output = await cluster.RunAsync("start");
        (cluster.Postgres, cluster.RabbitMq) = (NativeScript.Value(output, "POSTGRES"), NativeScript.Value(output, "RABBITMQ"));
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

    private Task<string> RunAsync(string command, params string[] arguments) =>
        NativeScript.BashAsync([NativeScript.PathOf("cluster.sh"), command, _directory, .. arguments]);
}

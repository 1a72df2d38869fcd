using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Mail.Local.Processes;
using Mail.Local.Servers;

namespace Mail.Tests.Fixtures;

/// <summary>
/// Three RabbitMQ nodes that form a cluster and PostgreSQL with a synchronous standby, from the distribution's packages: what protects
/// from losing a machine has to be on several.
/// </summary>
public sealed class PrivateCluster : IAsyncDisposable
{
    private readonly string _directory =
        Directory.CreateDirectory(Path.Combine("/var/tmp", $"mail-test-cluster-{Environment.ProcessId}")).FullName;

    private readonly PortMapper _mapper;
    private readonly RabbitMqServer[] _nodes;
    private readonly PostgresServer _primary;
    private readonly PostgresServer _standby;

    private PrivateCluster()
    {
        _mapper = new(_directory);
        // The nodes find each other through one port mapper, and trust each other by one cookie.
        _nodes = [.. Enumerable.Range(1, 3).Select(number => new RabbitMqServer(FolderOf($"rabbit-{number}"), _mapper))];
        _primary = new(FolderOf("primary"));
        _standby = new(FolderOf("standby"));
    }

    /// <summary>An Npgsql connection string with both hosts.</summary>
    public string Postgres =>
        $"Host=127.0.0.1:{_primary.Port},127.0.0.1:{_standby.Port};{_primary.ConnectionString.Split(';', 3)[2]}";

    /// <summary>An AMQP URI with all nodes.</summary>
    public string RabbitMq =>
        $"amqp://mail:{_nodes[0].Password}@{string.Join(',', _nodes.Select(node => $"127.0.0.1:{node.Ports.Amqp}"))}/mail";

    public static async Task<PrivateCluster> StartAsync()
    {
        await Packages.RequireServersAsync();
        var cluster = new PrivateCluster();
        try
        {
            await cluster.LaunchNodesAsync();
            await cluster._primary.StartAsync();
            await cluster._standby.FollowAsync(cluster._primary, "standby");
            await cluster.MakeSynchronousAsync();
            await cluster.WaitForNodesAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL for a node, from 1 to 3: services are connected to the first that answers.</summary>
    public Task KillNodeAsync(int node) => _nodes[node - 1].KillAsync();

    /// <summary>SIGKILL for the primary and all its processes.</summary>
    public Task KillPrimaryAsync() => _primary.KillAsync();

    /// <summary>Commits no longer wait for the standby, and it hears of none: as one that is asynchronous, and lags behind.</summary>
    public async Task StopFollowingAsync()
    {
        await _primary.SqlAsync("alter system set synchronous_standby_names = ''", "select pg_reload_conf()");
        await _standby.SqlAsync("alter system set primary_conninfo = ''", "select pg_reload_conf()");
        await Deadline.UntilAsync(() => _primary.SqlAsync("select count(*) from pg_stat_replication"), count => count == "0");
    }

    /// <summary>Makes the standby the primary.</summary>
    public Task PromoteAsync() => _standby.PromoteAsync();

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_nodes.Where(node => node.IsAlive).Select(node => node.KillAsync()));
        await _mapper.StopAsync();
        foreach (var server in (PostgresServer[])[_standby, _primary])
        {
            await server.StopAsync();
            server.Wipe();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private string FolderOf(string name) => Directory.CreateDirectory(Path.Combine(_directory, name)).FullName;

    private async Task LaunchNodesAsync()
    {
        await _mapper.LaunchAsync(FreePorts.Find(1)[0]);
        foreach (var node in _nodes)
            node.PrepareNode(node == _nodes[0] ? null : _nodes[0]);
        foreach (var node in _nodes)
        {
            node.Configure("cluster", new StringBuilder()
                .AppendLine("cluster_formation.peer_discovery_backend = classic_config")
                // A node that sees no majority stops, rather than going on with half of the truth.
                .AppendLine("cluster_partition_handling = pause_minority")
                .AppendJoin('\n', _nodes.Select((each, index) => $"cluster_formation.classic_config.nodes.{index + 1} = {each.NodeName}"))
                .AppendLine().ToString());
            await node.LaunchAsync();
        }
    }

    private async Task WaitForNodesAsync()
    {
        foreach (var node in _nodes)
            await node.WaitAsync();
        using var management = VirtualHost.ClientOf(new(_nodes[0].Management));
        await Deadline.UntilAsync(
            async () => await management.GetFromJsonAsync<JsonArray>(new Uri("/api/nodes?columns=running", UriKind.Relative)),
            nodes => nodes!.Count(node => (bool?)node!["running"] == true) == _nodes.Length, Deadline.Sweep);
        // A classic queue is gone with its node until that comes back: the one that other applications schedule through is declared as they
        // declare it, without a type. Only a new virtual host takes a default; the first name is that of RabbitMQ before 3.11.
        (await management.DeleteAsync(new Uri("/api/vhosts/mail", UriKind.Relative))).EnsureSuccessStatusCode();
        (await management.PutAsJsonAsync(
            "/api/vhosts/mail", new { defaultqueuetype = "quorum", default_queue_type = "quorum" })).EnsureSuccessStatusCode();
        await VirtualHost.AllowAsync(management, "mail", "mail", ".*");
    }

    // From here on a commit is answered when both have it on disk. Set on the primary alone: the standby, once promoted, must not wait for
    // one of its own.
    private async Task MakeSynchronousAsync()
    {
        await _primary.SqlAsync("alter system set synchronous_standby_names = 'standby'", "select pg_reload_conf()");
        await Deadline.UntilAsync(
            () => _primary.SqlAsync("select count(*) from pg_stat_replication where sync_state = 'sync'"), count => count == "1",
            Deadline.Start);
    }
}

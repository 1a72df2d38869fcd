using System.Net.Http.Json;
using Mail.Local.Processes;
using Npgsql;

namespace Mail.Tests.Fixtures;

/// <summary>
/// Real PostgreSQL and RabbitMQ servers, started once for a test assembly: in containers where a Docker engine answers,
/// else privately from the distribution's packages. Here, and nowhere else, that is decided. A class takes a database
/// and a virtual host of its own.
/// </summary>
public sealed class TestServers : IAsyncLifetime
{
    private IServerPair? _servers;
    private ServerAddresses? _addresses;
    private int _count;

    private ServerAddresses Addresses =>
        _addresses ?? throw new InvalidOperationException("The servers were not started: this is an assembly fixture.");

    public async ValueTask InitializeAsync()
    {
        _servers = await DockerEngine.AnswersAsync() ? new DockerServers() : new NativeServers();
        _addresses = await _servers.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_servers is not null)
            await _servers.DisposeAsync();
    }

    /// <summary>A new database: its Npgsql connection string.</summary>
    /// <param name="template">What it is a copy of, which nobody is connected to; null for an empty one.</param>
    public async Task<string> NewDatabaseAsync(string? template = null)
    {
        var name = $"test_{Interlocked.Increment(ref _count)}_{Environment.ProcessId}";
        await using var connection = new NpgsqlConnection(Addresses.Postgres);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"create database {name} template {template ?? "template1"}", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(Addresses.Postgres) { Database = name }.ConnectionString;
    }

    /// <summary>A new, empty virtual host: its AMQP URI.</summary>
    public Task<string> NewVirtualHostAsync() =>
        VirtualHost.CreateAsync(
            Addresses.Management, Addresses.RabbitMq, $"test-{Interlocked.Increment(ref _count)}-{Environment.ProcessId}");

    /// <summary>Empties a virtual host as the loss of the broker's disk would: connections end, queues and messages are gone.</summary>
    public async Task WipeAsync(string virtualHost)
    {
        var uri = new Uri(virtualHost);
        using var management = VirtualHost.ClientOf(Addresses.Management);
        (await management.DeleteAsync(new Uri($"/api/vhosts{uri.AbsolutePath}", UriKind.Relative))).EnsureSuccessStatusCode();
        await VirtualHost.CreateAsync(Addresses.Management, Addresses.RabbitMq, uri.AbsolutePath[1..]);
    }

    /// <summary>A new RabbitMQ user for a virtual host: its AMQP URI.</summary>
    public async Task<string> NewUserAsync(string virtualHost, string names = ".*")
    {
        var (name, password) = ($"user-{Interlocked.Increment(ref _count)}-{Environment.ProcessId}", Guid.CreateVersion7().ToString("N"));
        using var management = VirtualHost.ClientOf(Addresses.Management);
        (await management.PutAsJsonAsync($"/api/users/{name}", new { password, tags = "" })).EnsureSuccessStatusCode();
        var uri = new UriBuilder(virtualHost) { UserName = name, Password = password }.Uri;
        await VirtualHost.AllowAsync(management, uri.AbsolutePath[1..], name, names);
        return uri.ToString();
    }

    /// <summary>The names of the queues of a virtual host.</summary>
    public async Task<IReadOnlyList<string>> QueuesAsync(string virtualHost)
    {
        using var management = VirtualHost.ClientOf(Addresses.Management);
        var queues = await management.GetFromJsonAsync<System.Text.Json.Nodes.JsonArray>(
            new Uri($"/api/queues/{new Uri(virtualHost).AbsolutePath[1..]}?disable_stats=true", UriKind.Relative));
        return [.. queues!.Select(queue => (string)queue!["name"]!)];
    }

    /// <summary>What a queue was declared with.</summary>
    public async Task<string?> ArgumentAsync(string virtualHost, string queue, string argument)
    {
        using var management = VirtualHost.ClientOf(Addresses.Management);
        var declared = await management.GetFromJsonAsync<System.Text.Json.Nodes.JsonNode>(
            new Uri($"/api/queues/{new Uri(virtualHost).AbsolutePath[1..]}/{queue}?disable_stats=true", UriKind.Relative));
        return (string?)declared!["arguments"]?[argument];
    }

    /// <summary>Takes a user away, and with it its connections.</summary>
    public async Task DropUserAsync(string user)
    {
        using var management = VirtualHost.ClientOf(Addresses.Management);
        (await management.DeleteAsync(new Uri($"/api/users/{new Uri(user).UserInfo.Split(':')[0]}", UriKind.Relative)))
            .EnsureSuccessStatusCode();
    }
}

/// <summary>Where servers are to be found.</summary>
/// <param name="Postgres">An Npgsql connection string of a user who may create databases.</param>
/// <param name="RabbitMq">An AMQP URI with user and password.</param>
/// <param name="Management">The HTTP URI of the management API, with user and password.</param>
internal sealed record ServerAddresses(string Postgres, Uri RabbitMq, Uri Management);

/// <summary>A way of running the two servers.</summary>
internal interface IServerPair : IAsyncDisposable
{
    Task<ServerAddresses> StartAsync();
}

using System.Globalization;
using System.Text;
using Mail.Tests.Fixtures;
using Npgsql;
using RabbitMQ.Client;

namespace Mail.Bench;

/// <summary>The servers that all subjects share: a database for each of them, and one queue that nobody consumes.</summary>
internal sealed class Servers : IAsyncDisposable
{
    /// <summary>Where every subject sends to: an exchange with a quorum queue bound to it.</summary>
    internal static readonly Uri Destination = new("exchange:bench");

    private const string Name = "bench";

    private readonly string _postgres;
    private int _databases;
    private int _virtualHosts;
    private readonly IConnection _connection;
    private readonly IChannel _channel;

    private Servers(string postgres, Uri rabbitMq, IConnection connection, IChannel channel) =>
        (_postgres, RabbitMq, _connection, _channel) = (postgres, rabbitMq, connection, channel);

    internal Uri RabbitMq { get; }

    internal string RabbitMqVersion => Encoding.UTF8.GetString((byte[])_connection.ServerProperties!["version"]!);

    internal static async Task<Servers> ConnectAsync()
    {
        var rabbitMq = new Uri(Setting("ConnectionStrings__RabbitMq"));
        var connection = await new ConnectionFactory { Uri = rabbitMq }.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync(Name, ExchangeType.Fanout, durable: true);
        await channel.QueueDeclareAsync(
            Name, durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-queue-type"] = "quorum" });
        await channel.QueueBindAsync(Name, Name, "");
        return new(Setting("ConnectionStrings__Postgres"), rabbitMq, connection, channel);
    }

    /// <summary>A connection string to a database with nothing in it.</summary>
    internal async Task<string> NewDatabaseAsync()
    {
        var name = $"bench_{++_databases}";
        await using var dataSource = NpgsqlDataSource.Create(_postgres);
        await using var command = dataSource.CreateCommand($"create database {name}");
        await command.ExecuteNonQueryAsync();
        // What the services use, apart from the pool's size, which the peers' twenty workers need. That statements are
        // prepared by themselves spares the peers processor time as well: they were slower without.
        var builder = new NpgsqlConnectionStringBuilder(_postgres)
        {
            Database = name,
            MaxPoolSize = 50,
            MaxAutoPrepare = 40,
            AutoPrepareMinUsages = 3,
        };
        return LastDatabase = builder.ConnectionString;
    }

    internal async Task<string> PostgresVersionAsync()
    {
        await using var dataSource = NpgsqlDataSource.Create(_postgres);
        await using var connection = await dataSource.OpenConnectionAsync();
        return connection.PostgreSqlVersion.ToString();
    }

    /// <summary>A connection string to the database made last.</summary>
    internal string LastDatabase { get; private set; } = "";

    /// <summary>A connection string to a virtual host with nothing in it.</summary>
    internal Task<string> NewVirtualHostAsync() =>
        VirtualHost.CreateAsync(new(Setting("RABBITMQ_MANAGEMENT")), RabbitMq, $"bench-{++_virtualHosts}");

    /// <summary>The pid of <c>postgres</c> or <c>rabbitmq</c>.</summary>
    internal static int ProcessOf(string server) =>
        int.Parse(File.ReadAllText(Path.Combine(Setting("BENCH_SERVERS"), $"{server}.pid")), CultureInfo.InvariantCulture);

    /// <summary>How many messages wait in the queue.</summary>
    internal Task<uint> CountAsync() => _channel.MessageCountAsync(Name);

    internal Task PurgeAsync() => _channel.QueuePurgeAsync(Name);

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private static string Setting(string name) =>
        Environment.GetEnvironmentVariable(name)
        ?? throw new InvalidOperationException($"{name} is not set: run this as ./mail bench, which starts the servers.");
}

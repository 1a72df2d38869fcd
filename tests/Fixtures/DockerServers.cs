using DotNet.Testcontainers.Configurations;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;

namespace Mail.Tests.Fixtures;

/// <summary>The servers in containers.</summary>
internal sealed class DockerServers : IServerPair
{
    private const ushort ManagementPort = 15672;

    private readonly PostgreSqlContainer _postgres = new PostgreSqlBuilder("postgres:17")
        // In place of the library's own command, which turns fsync off.
        .WithCommand(new OverwriteEnumerable<string>(["postgres", "-c", "max_connections=400"]))
        .Build();
    private readonly RabbitMqContainer _rabbitMq = new RabbitMqBuilder("rabbitmq:4-management")
        .WithPortBinding(ManagementPort, assignRandomHostPort: true).Build();

    public async Task<ServerAddresses> StartAsync()
    {
        await Task.WhenAll(_postgres.StartAsync(), _rabbitMq.StartAsync());
        var amqp = new Uri(_rabbitMq.GetConnectionString());
        var management = new UriBuilder("http", _rabbitMq.Hostname, _rabbitMq.GetMappedPublicPort(ManagementPort))
        {
            UserName = amqp.UserInfo.Split(':')[0],
            Password = amqp.UserInfo.Split(':')[1],
        };
        return new(_postgres.GetConnectionString(), amqp, management.Uri);
    }

    public async ValueTask DisposeAsync()
    {
        await _postgres.DisposeAsync();
        await _rabbitMq.DisposeAsync();
    }
}

using Mail.Tests.Fixtures;

namespace Mail.Tests.Chaos;

/// <summary>
/// PostgreSQL and RabbitMQ of this attack's own, by the product's scripts for running without containers: they can be
/// killed, and started again on the same ports.
/// </summary>
internal sealed class AttackedServers : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly NativeScript _script;

    public AttackedServers() => _script = new(Directory.CreateDirectory(Path.Combine("/var/tmp", $"mail-chaos-{Environment.ProcessId}")).FullName);

    /// <summary>An Npgsql connection string.</summary>
    public string Postgres { get; private set; } = "";

    /// <summary>An AMQP URI.</summary>
    public string RabbitMq { get; private set; } = "";

    public async Task StartAsync()
    {
        await _script.RunAsync("require_installed >&2; launch_servers \"$1\" 0 0 0 0 0; wait_for_servers \"$1\"");
        (Postgres, RabbitMq) = (await _script.RunAsync("postgres_connection \"$1\""), await _script.RunAsync("rabbitmq_connection \"$1\""));
    }

    /// <summary>SIGKILL, and a start after a while; for RabbitMQ also with nothing of what it kept. Completes when it is ready again.</summary>
    public async Task KillAsync(string server, TimeSpan away, bool wipe, CancellationToken cancellationToken)
    {
        // A server takes longer to start than a fault takes, and the next one may come meanwhile.
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await _script.RunAsync($"signal \"$1\" {server} KILL; while is_alive \"$1\" {server}; do sleep 0.05; done");
            if (wipe)
                await _script.RunAsync("rm -rf \"$1/rabbitmq/mnesia\"");
            await Task.Delay(away, cancellationToken);
            await _script.RunAsync(server == Targets.Postgres
                ? "launch_postgres \"$1\" 0; wait_for_postgres \"$1\""
                : "launch_rabbitmq \"$1\" 0 0 0 0; wait_for_rabbitmq \"$1\"");
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _script.RunAsync("servers_stop \"$1\" --wipe >&2; rm -rf \"$1\"");
        _turn.Dispose();
    }
}

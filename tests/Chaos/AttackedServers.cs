using System.Diagnostics;
using Mail.Tests.Fixtures;

namespace Mail.Tests.Chaos;

/// <summary>
/// PostgreSQL and RabbitMQ of this attack's own, by the product's scripts for running without containers: they can be
/// killed, and started again on the same ports.
/// </summary>
internal sealed class AttackedServers : IAsyncDisposable
{
    private static readonly string _script = Path.Combine(Repository.Root, "deploy", "native", "servers.sh");

    private readonly SemaphoreSlim _turn = new(1);
    private readonly string _directory = Path.Combine("/var/tmp", $"mail-chaos-{Environment.ProcessId}");

    /// <summary>An Npgsql connection string.</summary>
    public string Postgres { get; private set; } = "";

    /// <summary>An AMQP URI.</summary>
    public string RabbitMq { get; private set; } = "";

    public async Task StartAsync()
    {
        Directory.CreateDirectory(_directory);
        await RunAsync("require_installed >&2; launch_servers \"$1\" 0 0 0 0 0; wait_for_servers \"$1\"");
        (Postgres, RabbitMq) = (await RunAsync("postgres_connection \"$1\""), await RunAsync("rabbitmq_connection \"$1\""));
    }

    /// <summary>SIGKILL, and a start after a while; for RabbitMQ also with nothing of what it kept. Completes when it is ready again.</summary>
    public async Task KillAsync(string server, TimeSpan away, bool wipe, CancellationToken cancellationToken)
    {
        // A server takes longer to start than a fault takes, and the next one may come meanwhile.
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await RunAsync($"signal \"$1\" {server} KILL; while is_alive \"$1\" {server}; do sleep 0.05; done");
            if (wipe)
                await RunAsync("rm -rf \"$1/rabbitmq/mnesia\"");
            await Task.Delay(away, cancellationToken);
            await RunAsync(server == Targets.Postgres
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
        await RunAsync("servers_stop \"$1\" --wipe >&2; rm -rf \"$1\"");
        _turn.Dispose();
    }

    private async Task<string> RunAsync(string commands)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", $"source '{_script}'; {commands}", "bash", _directory]) { UseShellExecute = false, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("There is no bash.");
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"{commands} failed: see above.");
    }
}

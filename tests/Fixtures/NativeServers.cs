using System.Diagnostics;
using Mail.Local.Processes;
using Mail.Local.Servers;

namespace Mail.Tests.Fixtures;

/// <summary>Private servers from the distribution's packages, in a folder of their own that goes with them.</summary>
internal sealed class NativeServers : IServerPair
{
    private readonly string _directory =
        Directory.CreateDirectory(Path.Combine("/var/tmp", $"mail-tests-{Environment.ProcessId}")).FullName;
    private ServerPair? _servers;

    public async Task<ServerAddresses> StartAsync()
    {
        _servers = new(_directory);
        await _servers.StartAsync();
        return new(_servers.Postgres.ConnectionString, new(_servers.RabbitMq.Address), new(_servers.RabbitMq.Management));
    }

    // Hundreds of databases are hundreds of thousands of files: nobody waits until they are gone, nor for a last checkpoint.
    public async ValueTask DisposeAsync()
    {
        if (_servers is null)
            return;
        _servers.Postgres.Signal(ProcessSignal.Quit);
        await _servers.StopAsync();
        using var delete = Process.Start(
            "setsid", ["sh", "-c", "exec rm -rf \"$1\" < /dev/null > /dev/null 2>&1", "delete", _directory]);
    }
}

using System.Diagnostics;

namespace Mail.Tests.Fixtures;

/// <summary>
/// A PostgreSQL server of a test's own, from the distribution's packages: one that may be stopped, whose data directory
/// may be copied and put back, and into which a dump may be restored.
/// </summary>
public sealed class PrivatePostgres : IAsyncDisposable
{
    private static readonly string _script = Path.Combine(Repository.Root, "deploy", "native", "servers.sh");
    private static int _count;

    private readonly string _directory = Path.Combine("/var/tmp", $"mail-test-postgres-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}");

    private PrivatePostgres()
    {
    }

    /// <summary>Its Npgsql connection string, the same at every start.</summary>
    public string ConnectionString { get; private set; } = "";

    public static async Task<PrivatePostgres> CreateAsync()
    {
        var postgres = new PrivatePostgres();
        Directory.CreateDirectory(postgres._directory);
        await postgres.RunAsync("require_installed >&2");
        await postgres.StartAsync();
        return postgres;
    }

    public async Task StartAsync() => ConnectionString = await RunAsync("mkdir -p \"$1/logs\"; launch_postgres \"$1\" 0; wait_for_postgres \"$1\"; postgres_connection \"$1\"");

    public Task StopAsync() => RunAsync("stop_postgres \"$1\"");

    /// <summary>Keeps a copy of the data directory; the server is stopped.</summary>
    public Task CopyAsync() => RunAsync("area=$(realpath \"$1/postgres\"); cp -a \"$area/data\" \"$area/copy\"");

    /// <summary>Puts the copy in the place of the data directory; the server is stopped.</summary>
    public Task PutBackAsync() => RunAsync("area=$(realpath \"$1/postgres\"); rm -rf \"$area/data\"; mv \"$area/copy\" \"$area/data\"");

    /// <summary>Restores a dump of another server into this one.</summary>
    public Task RestoreAsync(PrivatePostgres original) => RunAsync($$"""
        uri() { echo "postgres://mail:$(< "$1/postgres/password")@127.0.0.1:$(fingerprint_of "$1" postgres)/mail"; }
        bin=$(postgres_bin)
        "$bin/pg_dump" "$(uri '{{original._directory}}')" | "$bin/psql" -q -v ON_ERROR_STOP=1 -o /dev/null "$(uri "$1")"
        """);

    public async ValueTask DisposeAsync() => await RunAsync("stop_postgres \"$1\"; wipe_servers \"$1\"; rm -rf \"$1\"");

    private async Task<string> RunAsync(string commands)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", $"source '{_script}'; {commands}", "bash", _directory]) { UseShellExecute = false, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("There is no bash.");
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"{commands} failed: see above.");
    }
}

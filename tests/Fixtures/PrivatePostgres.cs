using Mail.Local.Processes;
using Mail.Local.Servers;

namespace Mail.Tests.Fixtures;

/// <summary>
/// A PostgreSQL server of a test's own, from the distribution's packages: one that may be stopped, whose data directory
/// may be copied and put back, and into which a dump may be restored.
/// </summary>
public sealed class PrivatePostgres : IAsyncDisposable
{
    private static int _count;

    private readonly string _directory =
        Path.Combine("/var/tmp", $"mail-test-postgres-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}");

    private readonly PostgresServer _server;

    private PrivatePostgres()
    {
        Directory.CreateDirectory(_directory);
        _server = new(_directory);
    }

    /// <summary>Its Npgsql connection string, the same at every start.</summary>
    public string ConnectionString { get; private set; } = "";

    private string Copy => Path.Combine(Path.GetDirectoryName(_server.Data)!, "copy");

    private string Dump => Path.Combine(_directory, "dump");

    public static async Task<PrivatePostgres> CreateAsync()
    {
        var postgres = new PrivatePostgres();
        await Packages.RequireServersAsync();
        await postgres.StartAsync();
        return postgres;
    }

    public async Task StartAsync()
    {
        await _server.StartAsync();
        ConnectionString = _server.ConnectionString;
    }

    public Task StopAsync() => _server.StopAsync();

    /// <summary>SIGKILL for the server and all its processes.</summary>
    public Task KillAsync() => _server.KillAsync();

    /// <summary>Keeps a copy of the data directory; the server is stopped.</summary>
    public Task CopyAsync() => new Tool("cp", "-a", _server.Data, Copy).OutputAsync();

    /// <summary>Puts the copy in the place of the data directory; the server is stopped.</summary>
    public Task PutBackAsync()
    {
        Directory.Delete(_server.Data, recursive: true);
        Directory.Move(Copy, _server.Data);
        return Task.CompletedTask;
    }

    /// <summary>Restores a dump of another server into this one.</summary>
    public async Task RestoreAsync(PrivatePostgres original)
    {
        using var dump = new MemoryStream();
        if (await original._server.Tool("pg_dump", arguments: "--dbname=mail").RunAsync(dump) != 0)
            throw new InvalidOperationException("pg_dump failed: see above.");
        dump.Position = 0;
        await _server.Tool("psql", dump, "-q", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", "--dbname=mail").OutputAsync();
    }

    /// <summary>Writes a dump of the database to a file of its own.</summary>
    public Task DumpAsync() => _server.Tool("pg_dump", arguments: ["--format=custom", $"--file={Dump}", "--dbname=mail"]).OutputAsync();

    /// <summary>Runs <c>pg_restore</c> with that dump on the database that it came from, while the server goes on.</summary>
    /// <param name="options">What else <c>pg_restore</c> is told.</param>
    /// <param name="before">SQL that is run first.</param>
    public async Task RestoreInPlaceAsync(string options, string before = "")
    {
        if (before.Length > 0)
            await _server.SqlAsync(before);
        await _server.Tool(
            "pg_restore",
            arguments: ["--no-owner", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--dbname=mail", Dump]).OutputAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        _server.Wipe();
        Directory.Delete(_directory, recursive: true);
    }
}

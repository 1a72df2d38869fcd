namespace Mail.Tests.Fixtures;

/// <summary>
/// A PostgreSQL server of a test's own, from the distribution's packages: one that may be stopped, whose data directory
/// may be copied and put back, and into which a dump may be restored.
/// </summary>
public sealed class PrivatePostgres : IAsyncDisposable
{
    private static int _count;

    private const string Uri =
        """uri() { echo "postgres://mail:$(< "$1/postgres/password")@127.0.0.1:$(fingerprint_of "$1" postgres)/mail"; }""";

    private readonly string _directory =
        Path.Combine("/var/tmp", $"mail-test-postgres-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}");

    private readonly NativeScript _script;

    private PrivatePostgres()
    {
        _script = new(_directory);
        Directory.CreateDirectory(_directory);
    }

    /// <summary>Its Npgsql connection string, the same at every start.</summary>
    public string ConnectionString { get; private set; } = "";

    public static async Task<PrivatePostgres> CreateAsync()
    {
        var postgres = new PrivatePostgres();
        await postgres._script.RunAsync("require_installed >&2");
        await postgres.StartAsync();
        return postgres;
    }

    public async Task StartAsync() => ConnectionString = await _script.RunAsync(
        "mkdir -p \"$1/logs\"; launch_postgres \"$1\" 0; wait_for_postgres \"$1\"; postgres_connection \"$1\"");

    public Task StopAsync() => _script.RunAsync("stop_postgres \"$1\"");

    /// <summary>SIGKILL for the server and all its processes.</summary>
    public Task KillAsync() => _script.RunAsync("""
        pid=$(pid_of "$1" postgres)
        kill -KILL "$pid" $(pgrep -P "$pid")
        """);

    /// <summary>Keeps a copy of the data directory; the server is stopped.</summary>
    public Task CopyAsync() => _script.RunAsync("area=$(realpath \"$1/postgres\"); cp -a \"$area/data\" \"$area/copy\"");

    /// <summary>Puts the copy in the place of the data directory; the server is stopped.</summary>
    public Task PutBackAsync() =>
        _script.RunAsync("area=$(realpath \"$1/postgres\"); rm -rf \"$area/data\"; mv \"$area/copy\" \"$area/data\"");

    /// <summary>Restores a dump of another server into this one.</summary>
    public Task RestoreAsync(PrivatePostgres original) => _script.RunAsync($$"""
        {{Uri}}
        bin=$(postgres_bin)
        "$bin/pg_dump" "$(uri '{{original._directory}}')" | "$bin/psql" -q -v ON_ERROR_STOP=1 -o /dev/null "$(uri "$1")"
        """);

    /// <summary>Writes a dump of the database to a file of its own.</summary>
    public Task DumpAsync() => _script.RunAsync($"""
        {Uri}
        "$(postgres_bin)/pg_dump" --format=custom --file="$1/dump" "$(uri "$1")"
        """);

    /// <summary>Runs <c>pg_restore</c> with that dump on the database that it came from, while the server goes on.</summary>
    /// <param name="options">What else <c>pg_restore</c> is told.</param>
    /// <param name="before">SQL that is run first.</param>
    public Task RestoreInPlaceAsync(string options, string before = "") => _script.RunAsync($"""
        {Uri}
        bin=$(postgres_bin)
        "$bin/psql" -q -v ON_ERROR_STOP=1 -o /dev/null -c '{before}' "$(uri "$1")"
        "$bin/pg_restore" --no-owner {options} --dbname="$(uri "$1")" "$1/dump"
        """);

    public async ValueTask DisposeAsync() => await _script.RunAsync("stop_postgres \"$1\"; wipe_servers \"$1\"; rm -rf \"$1\"");
}

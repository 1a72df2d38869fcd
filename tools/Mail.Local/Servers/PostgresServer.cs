using System.Globalization;
using Mail.Local.Processes;

namespace Mail.Local.Servers;

/// <summary>A private PostgreSQL server on 127.0.0.1, with all that it keeps under one directory.</summary>
public sealed class PostgresServer
{
    private const string Name = "postgres";

    // PostgreSQL refuses to run as root; then it runs as the user that its package made.
    private static readonly string[] _asPostgres = Environment.IsPrivilegedProcess
        ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]
        : [];

    private readonly string _directory;
    private readonly PostgresArea _area;
    private readonly LocalProcess _process;

    /// <param name="directory">Its directory.</param>
    public PostgresServer(string directory)
    {
        _directory = RealPath.Resolve(directory);
        _area = new(_directory);
        _process = new(_directory, Name);
    }

    /// <summary>The folder of the server's data; where its parent is behind a directory that only root may pass, elsewhere.</summary>
    public string Data => Path.Combine(_area.Real, "data");

    public int Port => int.TryParse(_process.Fingerprint, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
        ? port
        : throw new LocalException($"the PostgreSQL server of {_directory} does not run");

    /// <summary>An Npgsql connection string.</summary>
    public string ConnectionString => $"Host=127.0.0.1;Port={Port};Database=mail;Username=mail;Password={_area.Password}";

    /// <summary>Starts it where it does not run. A port of 0 is the one of last time, or a free one.</summary>
    public async Task LaunchAsync(int port = 0)
    {
        if (_process.IsAlive)
        {
            if (!_process.IsStopping && (port == 0 || port == Port))
                return;
            await StopAsync();
        }

        Directory.CreateDirectory(Path.Combine(_directory, "logs"));
        port = FreePorts.Choose(_directory, Name, port);
        await FreePorts.RequireAsync(port, "PostgreSQL", "MAIL_POSTGRES_PORT=");
        await _area.PrepareAsync(_asPostgres);
        string programs;
        if (File.Exists(Path.Combine(Data, "PG_VERSION")))
        {
            programs = PostgresPrograms.FindFor(Data);
            _area.ForgetDeadPostmaster();
        }
        else
        {
            programs = PostgresPrograms.Find() ?? throw new LocalException("PostgreSQL is not installed");
            await _area.CreateDatabaseAsync(_asPostgres, programs, _process);
        }

        await StartAsync(port, programs);
    }

    /// <summary>Waits until it takes connections.</summary>
    public async Task WaitAsync()
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await IsReadyAsync())
        {
            if (TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(60))
                throw _process.Failed("PostgreSQL was not ready after 60 s");
            if (!_process.IsAlive)
            {
                // The processes of a killed server notice within moments, and until then a new one refuses to start.
                if (_process.WasLaunched && !IsWaitingForKilledServer())
                    throw _process.Failed("PostgreSQL ended while starting");
                await Task.Delay(TimeSpan.FromSeconds(1));
                await LaunchAsync();
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    public async Task StartAsync()
    {
        await LaunchAsync();
        await WaitAsync();
    }

    /// <summary>PostgreSQL's fast shutdown, SIGINT: SIGTERM would wait for the clients to leave.</summary>
    public Task StopAsync() => _process.StopAsync(ProcessSignal.Interrupt, TimeSpan.FromSeconds(60));

    /// <summary>Tells it to stop, and does not wait.</summary>
    public void Signal(ProcessSignal signal) => _process.Signal(signal);

    /// <summary>SIGKILL for the server and all its processes, as if its machine were gone.</summary>
    public async Task KillAsync()
    {
        var pid = _process.Pid!.Value;
        var children = await new Tool("pgrep", "-P", $"{pid}").RunAsync();
        foreach (var child in children.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Posix.Kill(int.Parse(child, CultureInfo.InvariantCulture), ProcessSignal.Kill);
        Posix.Kill(pid, ProcessSignal.Kill);
        while (_process.IsAlive)
            await Task.Delay(TimeSpan.FromMilliseconds(20));
    }

    /// <summary>SIGKILL for the server's first process alone, as the kernel does where memory is short: the others notice.</summary>
    public Task KillAloneAsync() => _process.StopAsync(ProcessSignal.Kill, TimeSpan.FromSeconds(5));

    /// <summary>Deletes all that it keeps.</summary>
    public void Wipe() => _area.Delete();

    /// <summary>One of PostgreSQL's own programs, of the server's release and as the owner of the data.</summary>
    public Tool Tool(string program, Stream? input = null, params string[] arguments) =>
        new(
            Path.Combine(PostgresPrograms.FindFor(Data), program),
            [$"--host=127.0.0.1", $"--port={Port}", "--username=mail", .. arguments])
        {
            Environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["PGPASSWORD"] = _area.Password },
            Input = input,
        };

    /// <summary>Runs statements one by one. Returns what they answer, without headings.</summary>
    public Task<string> SqlAsync(params string[] statements) =>
        Tool(Psql.Program, arguments: Psql.Arguments("mail", statements)).OutputAsync();

    /// <summary>Copies a running server's data, and begins to follow that server.</summary>
    public async Task FollowAsync(PostgresServer primary, string applicationName)
    {
        Directory.CreateDirectory(Path.Combine(_directory, "logs"));
        await _area.PrepareAsync(_asPostgres);
        File.Copy(Path.Combine(primary._area.Real, "password"), Path.Combine(_area.Real, "password"), overwrite: true);
        string[] copy =
        [
            .. _asPostgres, Path.Combine(PostgresPrograms.Find()!, "pg_basebackup"), "-D", Data, "-R", "-X", "stream", "-c", "fast", "-d",
            $"host=127.0.0.1 port={primary.Port} user=mail application_name={applicationName}",
        ];
        await new Tool(copy[0], copy[1..])
        {
            Environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["PGPASSWORD"] = primary._area.Password },
        }.OutputAsync("the standby could not be made");
        await StartAsync();
    }

    /// <summary>Makes a server that follows another one the one that is written to.</summary>
    public async Task PromoteAsync()
    {
        string[] promote = [.. _asPostgres, Path.Combine(PostgresPrograms.FindFor(Data), "pg_ctl"), "promote", "-s", "-w", "-D", Data];
        await new Tool(promote[0], promote[1..]) { WorkingDirectory = "/" }.OutputAsync("the standby could not be promoted");
    }

    private Task StartAsync(int port, string programs)
    {
        string[] command =
        [
            .. _asPostgres, Path.Combine(programs, Name), "-D", Data, "-c", "listen_addresses=127.0.0.1", "-c", $"port={port}",
            "-c", "unix_socket_directories=", "-c", "max_connections=300", "-c", "shared_buffers=256MB", "-c", "fsync=on",
            "-c", "synchronous_commit=on", "-c", "logging_collector=off", "-c", "log_destination=stderr", "-c", "log_line_prefix=%m [%p] ",
        ];
        return _process.LaunchAsync($"{port}", new(command[0], command[1..])
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["LANG"] = "C.UTF-8" },
        });
    }

    private async Task<bool> IsReadyAsync()
    {
        if (_process.IsStopping || _process.Fingerprint is not { } port)
            return false;
        var asked = new Tool(Path.Combine(PostgresPrograms.FindFor(Data), "pg_isready"), "-q", "-h", "127.0.0.1", "-p", port, "-t", "1");
        return (await asked.RunAsync()).ExitCode == 0;
    }

    private bool IsWaitingForKilledServer() => File.ReadLines(_process.LogFile).TakeLast(5).Any(
        line => line.Contains("shared memory block", StringComparison.Ordinal)
            || line.Contains("postmaster.pid", StringComparison.Ordinal));
}

using System.Globalization;
using Mail.Local.Processes;
using Mail.Local.Servers;

namespace Mail.Tests.Chaos;

/// <summary>
/// PostgreSQL and RabbitMQ of this attack's own, from the distribution's packages: they can be killed, and started again on the same
/// ports.
/// </summary>
internal sealed class AttackedServers : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly string _directory =
        Directory.CreateDirectory(Path.Combine("/var/tmp", $"mail-chaos-{Environment.ProcessId}")).FullName;
    private readonly ServerPair _servers;

    public AttackedServers() => _servers = new(_directory);

    /// <summary>An Npgsql connection string.</summary>
    public string Postgres { get; private set; } = "";

    /// <summary>An AMQP URI.</summary>
    public string RabbitMq { get; private set; } = "";

    public async Task StartAsync()
    {
        await _servers.StartAsync();
        (Postgres, RabbitMq) = (_servers.Postgres.ConnectionString, _servers.RabbitMq.Address);
    }

    /// <summary>
    /// SIGKILL, and a start after a while; for RabbitMQ also with nothing of what it kept. Completes when it is ready again.
    /// </summary>
    public async Task KillAsync(string server, TimeSpan away, bool wipe, CancellationToken cancellationToken)
    {
        // A server takes longer to start than a fault takes, and the next one may come meanwhile.
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var isPostgres = server == Targets.Postgres;
            await (isPostgres ? _servers.Postgres.KillAloneAsync() : _servers.RabbitMq.KillAsync());
            if (wipe)
                _servers.RabbitMq.Forget();
            await Task.Delay(away, cancellationToken);
            await (isPostgres ? _servers.Postgres.StartAsync() : StartRabbitMqAsync());
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Adds requests that carried an Idempotency-Key two days ago, and whose e-mails are gone.</summary>
    public Task AddOldRequestsAsync(int count) => SqlAsync($"""
        insert into mail.mt_doc_idempotent_request (id, data, mt_last_modified)
        select format('client-%s/old-%s', 1 + n % 4, n), jsonb_build_object('email_ids', jsonb_build_array(gen_random_uuid())),
            now() - interval '2 days'
        from generate_series(1, {count}) n
        """);

    /// <summary>How many requests with a key are remembered though they are old enough to be forgotten.</summary>
    public async Task<long> OldRequestsAsync() => long.Parse(
        await SqlAsync("select count(*) from mail.mt_doc_idempotent_request where mt_last_modified < now() - interval '1 day'"),
        CultureInfo.InvariantCulture);

    /// <summary>Writes a dump of the database under a name.</summary>
    public Task DumpAsync(string name) =>
        _servers.Postgres.Tool("pg_dump", arguments: ["--format=custom", $"--file={FileOf(name)}", "--dbname=mail"]).OutputAsync();

    /// <summary>Restores a dump into the database that it came from, while everything goes on.</summary>
    public Task RestoreAsync(string name) => _servers.Postgres.Tool(
        "pg_restore", arguments: ["--clean", "--if-exists", "--no-owner", "--dbname=mail", FileOf(name)]).OutputAsync();

    /// <summary>Keeps a copy of PostgreSQL's data directory, which takes a restart.</summary>
    public async Task CopyAsync()
    {
        await _servers.Postgres.StopAsync();
        await new Tool("cp", "-a", Data, Beside("older")).OutputAsync();
        await _servers.Postgres.StartAsync();
    }

    /// <summary>
    /// Puts the copy in the place of the data directory, which is kept, and starts RabbitMQ with nothing of what it kept.
    /// </summary>
    public async Task RollBackAsync(CancellationToken cancellationToken)
    {
        await _servers.Postgres.StopAsync();
        Directory.Move(Data, Beside("newest"));
        Directory.Move(Beside("older"), Data);
        await _servers.Postgres.StartAsync();
        await KillAsync(Targets.RabbitMq, TimeSpan.Zero, wipe: true, cancellationToken);
    }

    /// <summary>Puts the newest data directory in its place again.</summary>
    public async Task PutNewestBackAsync()
    {
        await _servers.Postgres.StopAsync();
        Directory.Delete(Data, recursive: true);
        Directory.Move(Beside("newest"), Data);
        await _servers.Postgres.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _servers.StopAsync();
        _servers.Wipe();
        Directory.Delete(_directory, recursive: true);
        _turn.Dispose();
    }

    private string Data => _servers.Postgres.Data;

    private string Beside(string name) => Path.Combine(Path.GetDirectoryName(Data)!, name);

    private string FileOf(string name) => Path.Combine(_directory, name);

    private Task<string> SqlAsync(string sql) => _servers.Postgres.SqlAsync(sql);

    private async Task StartRabbitMqAsync()
    {
        await _servers.RabbitMq.LaunchAsync();
        await _servers.RabbitMq.WaitAsync();
    }
}

using System.Globalization;
using Mail.Tests.Fixtures;

namespace Mail.Tests.Chaos;

/// <summary>
/// PostgreSQL and RabbitMQ of this attack's own, by the product's scripts for running without containers: they can be
/// killed, and started again on the same ports.
/// </summary>
internal sealed class AttackedServers : IAsyncDisposable
{
    private const string Uri =
        """uri() { echo "postgres://mail:$(< "$1/postgres/password")@127.0.0.1:$(fingerprint_of "$1" postgres)/mail"; }""";
    private const string Area = "area=$(realpath \"$1/postgres\")";
    private const string StartPostgres = "launch_postgres \"$1\" 0; wait_for_postgres \"$1\"";

    private readonly SemaphoreSlim _turn = new(1);
    private readonly NativeScript _script;

    public AttackedServers() =>
        _script = new(Directory.CreateDirectory(Path.Combine("/var/tmp", $"mail-chaos-{Environment.ProcessId}")).FullName);

    /// <summary>An Npgsql connection string.</summary>
    public string Postgres { get; private set; } = "";

    /// <summary>An AMQP URI.</summary>
    public string RabbitMq { get; private set; } = "";

    public async Task StartAsync()
    {
        await _script.RunAsync("require_installed >&2; launch_servers \"$1\" 0 0 0 0 0; wait_for_servers \"$1\"");
        (Postgres, RabbitMq) = (await _script.RunAsync("postgres_connection \"$1\""), await _script.RunAsync("rabbitmq_connection \"$1\""));
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
            await _script.RunAsync($"signal \"$1\" {server} KILL; while is_alive \"$1\" {server}; do sleep 0.05; done");
            if (wipe)
                await _script.RunAsync("rm -rf \"$1/rabbitmq/mnesia\"");
            await Task.Delay(away, cancellationToken);
            await _script.RunAsync(server == Targets.Postgres
                ? StartPostgres
                : "launch_rabbitmq \"$1\" 0 0 0 0; wait_for_rabbitmq \"$1\"");
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
        _script.RunAsync($"{Uri}; \"$(postgres_bin)/pg_dump\" --format=custom --file=\"$1/{name}\" \"$(uri \"$1\")\"");

    /// <summary>Restores a dump into the database that it came from, while everything goes on.</summary>
    public Task RestoreAsync(string name) =>
        _script.RunAsync($"{Uri}; \"$(postgres_bin)/pg_restore\" --clean --if-exists --no-owner --dbname=\"$(uri \"$1\")\" \"$1/{name}\"");

    /// <summary>Keeps a copy of PostgreSQL's data directory, which takes a restart.</summary>
    public Task CopyAsync() => _script.RunAsync($"stop_postgres \"$1\"; {Area}; cp -a \"$area/data\" \"$area/older\"; {StartPostgres}");

    /// <summary>
    /// Puts the copy in the place of the data directory, which is kept, and starts RabbitMQ with nothing of what it kept.
    /// </summary>
    public async Task RollBackAsync(CancellationToken cancellationToken)
    {
        await _script.RunAsync(
            $"stop_postgres \"$1\"; {Area}; mv \"$area/data\" \"$area/newest\"; mv \"$area/older\" \"$area/data\"; {StartPostgres}");
        await KillAsync(Targets.RabbitMq, TimeSpan.Zero, wipe: true, cancellationToken);
    }

    /// <summary>Puts the newest data directory in its place again.</summary>
    public Task PutNewestBackAsync() =>
        _script.RunAsync($"stop_postgres \"$1\"; {Area}; rm -rf \"$area/data\"; mv \"$area/newest\" \"$area/data\"; {StartPostgres}");

    private Task<string> SqlAsync(string sql) =>
        _script.RunAsync($"{Uri}; \"$(postgres_bin)/psql\" -AtqX -v ON_ERROR_STOP=1 \"$(uri \"$1\")\" << 'SQL'\n{sql};\nSQL\n");

    public async ValueTask DisposeAsync()
    {
        await _script.RunAsync("servers_stop \"$1\" --wipe >&2; rm -rf \"$1\"");
        _turn.Dispose();
    }
}

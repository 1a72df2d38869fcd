using Mail.Store;
using Mail.Tests.Fixtures;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PostgresScheduler;

namespace Mail.Tests.Servers.Store;

/// <summary>The store on a database of its own.</summary>
internal sealed class StoreHost : IAsyncDisposable
{
    private static readonly Lock _lock = new();
    private static Task<string>? _template;
    private readonly ServiceProvider _services;

    private StoreHost(string database)
    {
        DataSource = NpgsqlDataSource.Create(database);
        _services = new ServiceCollection().AddLogging().AddMetrics().AddMailStore(DataSource).BuildServiceProvider();
    }

    internal IDocumentStore Documents => _services.GetRequiredService<IDocumentStore>();

    internal Outbox Outbox => _services.GetRequiredService<Outbox>();

    internal TimerTable Timers => _services.GetRequiredService<TimerTable>();

    internal NpgsqlDataSource DataSource { get; }

    /// <summary>In a transaction of its own.</summary>
    internal async Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> run)
    {
        await using var connection = await DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var result = await run(connection);
        await transaction.CommitAsync();
        return result;
    }

    /// <summary>A new database, or one that an earlier version left and three services bring up to date at once.</summary>
    internal static async Task<StoreHost> StartAsync(TestServers servers, string? script = null)
    {
        if (script is null)
            return await CopyAsync(servers, await Template(servers));
        var database = await servers.NewDatabaseAsync();
        await OldVersion.LoadAsync(database, script);
        return await ApplyAsync(database);
    }

    /// <summary>A copy of a database that nobody is connected to.</summary>
    internal static async Task<StoreHost> CopyAsync(TestServers servers, string template) =>
        new(await servers.NewDatabaseAsync(template));

    /// <summary>Ends all connections, so that the database can be copied: its name.</summary>
    internal async Task<string> CloseAsync()
    {
        var name = new NpgsqlConnectionStringBuilder(DataSource.ConnectionString).Database!;
        await DisposeAsync();
        return name;
    }

    // Made once: the schema takes longer than most of the tests.
    private static Task<string> Template(TestServers servers)
    {
        lock (_lock)
            return _template ??= MakeAsync();

        async Task<string> MakeAsync()
        {
            var host = await ApplyAsync(await servers.NewDatabaseAsync());
            return await host.CloseAsync();
        }
    }

    /// <summary>On a database that is there, which three services bring up to date at once.</summary>
    internal static async Task<StoreHost> ApplyAsync(string database)
    {
        var host = new StoreHost(database);
        await Task.WhenAll(
            Enumerable.Range(0, 3).Select(_ => host._services.GetRequiredService<StoreSchema>().ApplyAsync(CancellationToken.None)));
        return host;
    }

    internal OutcomeCounter NewCounter() => new(DataSource, _services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());

    internal async Task<T> AskAsync<T>(string sql)
    {
        await using var command = DataSource.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await DataSource.DisposeAsync(); // the container does not own it, and its idle connections would outlive the test
    }
}

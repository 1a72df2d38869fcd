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

    /// <summary>A new database, or one that an earlier version left; three services bring it up to date at once.</summary>
    internal static async Task<StoreHost> StartAsync(TestServers servers, string? script = null) =>
        await StartAsync(await servers.NewDatabaseAsync(), script);

    /// <summary>The same on a database that is there.</summary>
    internal static async Task<StoreHost> StartAsync(string database, string? script = null)
    {
        var host = new StoreHost(database);
        if (script is not null)
            await OldVersion.LoadAsync(database, script);
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

using Npgsql;

namespace Mail.Bench;

/// <summary>A subject's database, looked at from outside.</summary>
internal sealed class BenchDatabase(string connectionString) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _dataSource =
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { CommandTimeout = 600, MaxPoolSize = 1 });

    /// <summary>Between measures: fresh statistics, and no checkpoint still owed for what the last one wrote.</summary>
    internal async Task SettleAsync()
    {
        await ExecuteAsync("vacuum analyze");
        await ExecuteAsync("checkpoint");
    }

    /// <summary>Bytes of its tables and indexes.</summary>
    internal async Task<long> SizeAsync()
    {
        await using var command = _dataSource.CreateCommand("select pg_database_size(current_database())");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public ValueTask DisposeAsync() => _dataSource.DisposeAsync();

    /// <summary>Runs a statement.</summary>
    internal async Task ExecuteAsync(string sql)
    {
        await using var command = _dataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

using Mail.Tests.Fixtures;
using Npgsql;
using PostgresScheduler;

namespace Mail.Tests.Servers.Scheduler;

/// <summary>
/// How much PostgreSQL reads for a claim. A table of timers is empty again and again, and a statement that was planned then keeps its plan
/// when thousands are scheduled at once, until autovacuum comes.
/// </summary>
public sealed class TimerPlansTests(TestServers servers) : IAsyncDisposable
{
    private const int Scheduled = 5000;
    private const int Batch = 100;

    // Npgsql prepares what it was asked for five times, and PostgreSQL then thinks for five more about a plan for any values.
    private const int Often = 20;

    private static readonly PostgresSchedulerOptions _options = new() { BatchSize = Batch };
    private static readonly TimerClaims _claims = new(_options);

    private NpgsqlDataSource? _dataSource;
    private NpgsqlConnection _connection = null!;

    public async ValueTask DisposeAsync()
    {
        if (_dataSource is null)
            return;
        await _connection.DisposeAsync();
        await _dataSource.DisposeAsync();
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("force_generic_plan")]
    public async Task What_was_planned_for_an_empty_table_reads_what_it_claims_and_no_more(string mode)
    {
        await OpenAsync(mode);
        await ExecuteAsync("vacuum analyze scheduler.timers");
        for (var count = 0; count < Often; count++)
            Assert.Equal((0, 0, 0), await PassAsync());
        await ScheduleAsync(_ => DateTimeOffset.UnixEpoch);

        var (claimed, read, byIndex) = await PassAsync();

        Assert.Equal((Batch, 0), (claimed, read));
        // Twice for the claim, to lock them and to delete them, and the next one for the distance.
        Assert.InRange(byIndex, Batch, (2 * Batch) + 10);
    }

    [Fact]
    public async Task Among_many_that_are_due_later_the_claim_and_the_distance_read_next_to_nothing()
    {
        await OpenAsync("auto");
        await ScheduleAsync(count => TimeProvider.System.GetUtcNow().AddYears(1).AddSeconds(count));
        await ExecuteAsync("analyze scheduler.timers");

        var (claimed, read, byIndex) = await PassAsync();

        Assert.Equal((0, 0), (claimed, read));
        // The next one for the distance; the planner looks up where the indexes begin and end.
        Assert.InRange(byIndex, 0, 10);
    }

    private async Task OpenAsync(string mode)
    {
        _dataSource = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(await servers.NewDatabaseAsync())
            {
                MaxAutoPrepare = 40,
                Options = $"-c plan_cache_mode={mode}",
            }.ConnectionString);
        await new TimerSchema(_dataSource, _options).ApplyAsync(CancellationToken.None);
        _connection = await _dataSource.OpenConnectionAsync();
        await ExecuteAsync("alter table scheduler.timers set (autovacuum_enabled = false)");
    }

    private Task ScheduleAsync(Func<int, DateTimeOffset> due) => new TimerTable(_options).ScheduleAsync(
        _connection,
        [.. Enumerable.Range(0, Scheduled).Select(
            count => MessageEnvelope.Seal(new Ping(), new Uri("exchange:ping"), due(count), Guid.CreateVersion7()))],
        CancellationToken.None);

    private async Task<(int Claimed, long Read, long ByIndex)> PassAsync()
    {
        await using var transaction = await _connection.BeginTransactionAsync();
        var timers = await _claims.ClaimAsync(_connection, now: null, CancellationToken.None);
        await _claims.DistanceToNextAsync(_connection, CancellationToken.None);
        await using var command = new NpgsqlCommand(
            "select seq_tup_read, idx_tup_fetch from pg_stat_xact_user_tables where relid = 'scheduler.timers'::regclass", _connection);
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        var result = (timers.Count, reader.GetInt64(0), reader.GetInt64(1));
        await reader.DisposeAsync();
        await transaction.CommitAsync();
        return result;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        await command.ExecuteNonQueryAsync();
    }

    public sealed record Ping;
}

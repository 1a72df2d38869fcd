using Mail.Tests.Fixtures;
using Npgsql;
using PostgresScheduler;

namespace Mail.Tests.Servers.Scheduler;

/// <summary>
/// How much PostgreSQL reads for a claim. A table of timers is empty again and again, and a statement that was planned then keeps its plan
/// when thousands are scheduled at once, until autovacuum comes.
/// </summary>
public sealed class TimerPlansTests(TestServers servers)
{
    private const int Scheduled = 5000;
    private const int Batch = 100;

    // Npgsql prepares what it was asked for five times, and PostgreSQL then thinks for five more about a plan for any values.
    private const int Often = 20;

    private static readonly PostgresSchedulerOptions _options = new() { BatchSize = Batch };
    private static readonly TimerClaims _claims = new(_options);

    [Theory]
    [InlineData("auto")]
    [InlineData("force_generic_plan")]
    public async Task What_was_planned_for_an_empty_table_reads_what_it_claims_and_no_more(string mode)
    {
        await using var dataSource = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(await servers.NewDatabaseAsync())
            {
                MaxAutoPrepare = 40,
                Options = $"-c plan_cache_mode={mode}",
            }.ConnectionString);
        await new TimerSchema(dataSource, _options).ApplyAsync(CancellationToken.None);
        await using var connection = await dataSource.OpenConnectionAsync();
        await ExecuteAsync("alter table scheduler.timers set (autovacuum_enabled = false)");
        await ExecuteAsync("vacuum analyze scheduler.timers");
        for (var count = 0; count < Often; count++)
            Assert.Equal((0, 0, 0), await PassAsync());
        await new TimerTable(_options).ScheduleAsync(
            connection,
            [.. Enumerable.Range(0, Scheduled).Select(
                count => MessageEnvelope.Seal(new Ping(), new Uri("exchange:ping"), DateTimeOffset.UnixEpoch, Guid.CreateVersion7()))],
            CancellationToken.None);

        var (claimed, read, byIndex) = await PassAsync();

        Assert.Equal((Batch, 0), (claimed, read));
        // Twice for the claim, to lock them and to delete them, and the next one for the distance.
        Assert.InRange(byIndex, Batch, (2 * Batch) + 10);

        async Task<(int Claimed, long Read, long ByIndex)> PassAsync()
        {
            await using var transaction = await connection.BeginTransactionAsync();
            var timers = await _claims.ClaimAsync(connection, now: null, CancellationToken.None);
            await _claims.DistanceToNextAsync(connection, CancellationToken.None);
            await using var command = new NpgsqlCommand(
                "select seq_tup_read, idx_tup_fetch from pg_stat_xact_user_tables where relid = 'scheduler.timers'::regclass", connection);
            await using var reader = await command.ExecuteReaderAsync();
            Assert.True(await reader.ReadAsync());
            var result = (timers.Count, reader.GetInt64(0), reader.GetInt64(1));
            await reader.DisposeAsync();
            await transaction.CommitAsync();
            return result;
        }

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    public sealed record Ping;
}

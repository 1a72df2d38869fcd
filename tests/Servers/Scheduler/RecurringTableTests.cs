using Mail.Tests.Fixtures;
using MassTransit;
using MassTransit.Scheduling;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PostgresScheduler;
using PostgresScheduler.Recurring;

namespace Mail.Tests.Servers.Scheduler;

/// <summary>The statements of the recurring schedules, on a real PostgreSQL.</summary>
public sealed class RecurringTableTests(TestServers servers) : IAsyncLifetime
{
    private static readonly DateTimeOffset _due = new(2026, 11, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly PostgresSchedulerOptions _options = new();
    private NpgsqlDataSource _database = null!;
    private RecurringTable _table = null!;
    private TimerTable _timers = null!;

    public async ValueTask InitializeAsync()
    {
        _database = NpgsqlDataSource.Create(await servers.NewDatabaseAsync());
        await new TimerSchema(_database, _options).ApplyAsync(CancellationToken.None);
        (_table, _timers) = (new(_options), new(_options));
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task The_next_is_planned_once_the_one_before_has_gone_out_and_not_before()
    {
        await SaveAsync("tea");
        await PlanAsync(_due.AddSeconds(-1));
        await PlanAsync(_due.AddSeconds(1));
        Assert.Equal([_due], await DuesAsync());
        await GoOutAsync();
        await PlanAsync(_due.AddSeconds(1));
        Assert.Equal([_due.AddMinutes(10)], await DuesAsync());
        // An hour later everything between is left out.
        await GoOutAsync();
        await PlanAsync(_due.AddHours(1).AddSeconds(1));
        Assert.Equal([_due.AddHours(1).AddMinutes(10)], await DuesAsync());
    }

    [Fact]
    public async Task What_is_set_aside_does_not_hold_up_the_next()
    {
        await SaveAsync("tea");
        await ExecuteAsync("update scheduler.timers set due = 'infinity', error = 'no route'");
        await PlanAsync(_due.AddSeconds(1));
        Assert.Equal(2L, await ScalarAsync("select count(*) from scheduler.timers"));
    }

    [Fact]
    public async Task Twenty_that_plan_at_once_plan_each_once()
    {
        for (var number = 0; number < 50; number++)
            await SaveAsync($"tea {number}");
        await GoOutAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PlanAsync(_due.AddSeconds(1))));
        Assert.Equal(50L, await ScalarAsync("select count(*) from scheduler.timers"));
        Assert.Equal(
            50L,
            await ScalarAsync("select count(*) from scheduler.recurring r join scheduler.timers t using (token_id) where due = next_due"));
    }

    [Fact]
    public async Task A_tombstone_is_forgotten_and_a_zone_that_is_gone_stops_no_other()
    {
        await SaveAsync("tea");
        await SaveAsync("coffee", "Middle-earth/Shire");
        await GoOutAsync();
        await using (var connection = await _database.OpenConnectionAsync())
            await _table.CancelAsync(connection, "breaks", "water", _due, CancellationToken.None);
        await PlanAsync(_due.AddSeconds(1));
        Assert.Equal([_due.AddMinutes(10)], await DuesAsync());
        Assert.Equal(3L, await ScalarAsync("select count(*) from scheduler.recurring"));
        await PlanAsync(TimeProvider.System.GetUtcNow().AddHours(25));
        Assert.Equal(2L, await ScalarAsync("select count(*) from scheduler.recurring"));
    }

    [Fact]
    public async Task What_is_unplanned_says_whether_it_was_still_there()
    {
        await SaveAsync("tea");
        await using var connection = await _database.OpenConnectionAsync();
        var (state, _) = await FindAsync(connection);
        Assert.True(await _table.UnplanAsync(connection, state!.Token, CancellationToken.None));
        await GoOutAsync();
        Assert.False(await _table.UnplanAsync(connection, state.Token, CancellationToken.None));
        Assert.Equal(0L, await ScalarAsync("select count(*) from scheduler.timers where not cancelled"));
    }

    [Fact]
    public async Task What_is_unplanned_while_a_dispatcher_puts_it_back_is_unplanned()
    {
        await SaveAsync("tea");
        await using var dispatcher = await _database.OpenConnectionAsync();
        await using var pass = await dispatcher.BeginTransactionAsync();
        var claims = new TimerClaims(_options);
        var claimed = Assert.Single(await claims.ClaimAsync(dispatcher, _due, CancellationToken.None));
        await using var connection = await _database.OpenConnectionAsync();
        var unplanned = _table.UnplanAsync(connection, claimed.TokenId, CancellationToken.None);
        await claims.PutBackAsync(dispatcher, [new(claimed, TimeSpan.FromSeconds(2), 1, "no route")], CancellationToken.None);
        await pass.CommitAsync();
        Assert.True(await unplanned);
        Assert.Equal(0L, await ScalarAsync("select count(*) from scheduler.timers where not cancelled"));
    }

    [Fact]
    public async Task What_is_found_is_what_was_saved()
    {
        var saved = await SaveAsync("tea");
        await using var connection = await _database.OpenConnectionAsync();
        var (state, now) = await FindAsync(connection);
        Assert.Equal((saved.Message.TokenId, _due, false, _due), (state!.Token, state.NextDue, state.Paused, state.AskedAt));
        Assert.Equal(saved.Message.Body, state.Schedule!.Message.Body);
        Assert.Equal(
            (saved.Cron, saved.TimeZone, saved.End, saved.Misfire),
            (state.Schedule.Cron, state.Schedule.TimeZone, state.Schedule.End, state.Schedule.Misfire));
        Assert.InRange(now, TimeProvider.System.GetUtcNow().AddMinutes(-1), TimeProvider.System.GetUtcNow().AddMinutes(1));
        Assert.Null((await _table.FindAsync(connection, "breaks", "water", CancellationToken.None)).State);
    }

    [Fact]
    public async Task The_claim_and_the_distance_use_the_index_on_the_next_due_time()
    {
        await ExecuteAsync("""
            insert into scheduler.recurring (schedule_group, schedule_id, token_id, next_due)
            select 'breaks', n::text, gen_random_uuid(), now() + n * interval '1 minute' from generate_series(1, 20000) n;
            analyze scheduler.recurring;
            """);
        foreach (var statement in new[]
        {
            "select schedule_id from scheduler.recurring where next_due <= now() and not paused order by next_due limit 100",
            "select min(next_due) from scheduler.recurring where next_due > now() and not paused",
        })
        {
            await using var explain = _database.CreateCommand($"explain {statement}");
            await using var reader = await explain.ExecuteReaderAsync();
            var plan = new List<string>();
            while (await reader.ReadAsync())
                plan.Add(reader.GetString(0));
            Assert.Contains(plan, line => line.Contains("recurring_next_due", StringComparison.Ordinal));
        }
    }

    private Task<(RecurringState? State, DateTimeOffset Now)> FindAsync(NpgsqlConnection connection) =>
        _table.FindAsync(connection, "breaks", "tea", CancellationToken.None);

    private async Task<RecurringTimer> SaveAsync(string id, string zone = "UTC")
    {
        var message = MessageEnvelope.Seal(new Order(1), new Uri("exchange:orders"), _due, NewId.NextGuid()) with { AskedAt = _due };
        var schedule = new RecurringTimer("breaks", id, "0 0/10 * * * ?", zone, _due.AddYears(1), MissedEventPolicy.Skip, message);
        await using var connection = await _database.OpenConnectionAsync();
        await _table.SaveAsync(connection, schedule, CancellationToken.None);
        await _timers.ScheduleAsync(connection, [message], CancellationToken.None);
        return schedule;
    }

    private async Task PlanAsync(DateTimeOffset now) =>
        await new RecurringLoop(
            new(_options), _table, _timers, _database, bus: null!, _options, TimeProvider.System, NullLogger<RecurringLoop>.Instance)
            .RunOnceAsync(now, CancellationToken.None);

    private Task GoOutAsync() => ExecuteAsync("delete from scheduler.timers");

    private async Task<List<DateTimeOffset>> DuesAsync()
    {
        await using var command = _database.CreateCommand("select due from scheduler.timers where not cancelled order by due");
        await using var reader = await command.ExecuteReaderAsync();
        var dues = new List<DateTimeOffset>();
        while (await reader.ReadAsync())
            dues.Add(reader.GetFieldValue<DateTimeOffset>(0));
        return dues;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}

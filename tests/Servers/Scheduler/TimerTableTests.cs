using Mail.Tests.Fixtures;
using Npgsql;
using PostgresScheduler;

namespace Mail.Tests.Servers.Scheduler;

/// <summary>The statements of the timer table, on a real PostgreSQL.</summary>
public sealed class TimerTableTests(TestServers servers) : IAsyncLifetime
{
    private static readonly DateTimeOffset _due = new(2026, 12, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly PostgresSchedulerOptions _options = new() { BatchSize = 10 };
    private NpgsqlDataSource _dataSource = null!;
    private TimerTable _timers = null!;
    private TimerClaims _claims = null!;

    public async ValueTask InitializeAsync()
    {
        _dataSource = NpgsqlDataSource.Create(await servers.NewDatabaseAsync());
        _timers = new TimerTable(_options);
        _claims = new TimerClaims(_options);
        // Instances that start together must not race.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => new TimerSchema(_dataSource, _options).ApplyAsync(CancellationToken.None)));
    }

    public ValueTask DisposeAsync() => _dataSource.DisposeAsync();

    [Fact]
    public async Task Nothing_is_claimed_before_it_is_due_and_all_of_it_then_in_order()
    {
        var later = await ScheduleAsync(_due.AddTicks(10));
        var sooner = await ScheduleAsync(_due);
        Assert.Empty(await ClaimAsync(_due.AddTicks(-10)));
        Assert.Equal([sooner], (await ClaimAsync(_due)).Select(timer => timer.TokenId));
        Assert.Equal([later], (await ClaimAsync(_due.AddYears(1))).Select(timer => timer.TokenId));
    }

    [Fact]
    public async Task A_due_time_finer_than_a_microsecond_is_rounded_up()
    {
        await ScheduleAsync(_due.AddTicks(1));
        Assert.Empty(await ClaimAsync(_due));
        Assert.Single(await ClaimAsync(_due.AddTicks(10)));
    }

    [Fact]
    public async Task The_end_of_the_calendar_is_a_due_time_like_any_other()
    {
        await ScheduleAsync(DateTimeOffset.MaxValue);
        Assert.Empty(await ClaimAsync(_due));
        Assert.Single(await ClaimAsync(new DateTimeOffset(9999, 12, 31, 23, 59, 59, 999, 999, TimeSpan.Zero)));
    }

    [Fact]
    public async Task Scheduling_a_token_again_replaces_it()
    {
        var token = await ScheduleAsync(_due);
        await ScheduleAsync(_due.AddHours(1), token);
        Assert.Empty(await ClaimAsync(_due));
        Assert.Single(await ClaimAsync(_due.AddHours(1)));
    }

    [Fact]
    public async Task A_cancelled_timer_is_not_claimed_and_a_cancel_that_overtakes_its_schedule_wins()
    {
        await using var connection = await _dataSource.OpenConnectionAsync();
        var token = await ScheduleAsync(_due);
        await _timers.CancelAsync(connection, [token], CancellationToken.None);
        var overtaken = Guid.CreateVersion7();
        await _timers.CancelAsync(connection, [overtaken], CancellationToken.None);
        await ScheduleAsync(_due, overtaken);
        Assert.DoesNotContain(await ClaimAsync(_due.AddYears(1)), timer => timer.Destination is not null);
    }

    [Fact]
    public async Task A_tombstone_is_gone_once_no_schedule_can_still_meet_it()
    {
        var token = Guid.CreateVersion7();
        await using var connection = await _dataSource.OpenConnectionAsync();
        await _timers.CancelAsync(connection, [token], CancellationToken.None);
        Assert.Empty(await ClaimAsync(TimeProvider.System.GetUtcNow().AddHours(23)));
        Assert.Equal([token], (await ClaimAsync(TimeProvider.System.GetUtcNow().AddHours(25))).Select(timer => timer.TokenId));
        await ScheduleAsync(_due, token);
        Assert.Equal([token], (await ClaimAsync(_due)).Select(timer => timer.TokenId));
    }

    [Fact]
    public async Task A_due_time_before_all_others_means_at_once()
    {
        await ScheduleAsync(default);
        Assert.Single(await ClaimAsync(DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public async Task What_a_transaction_does_not_commit_was_never_scheduled_and_what_it_claimed_is_back()
    {
        await using (var connection = await _dataSource.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await _timers.ScheduleAsync(connection, [Message(_due)], CancellationToken.None);
            await transaction.RollbackAsync();
        }

        Assert.Empty(await ClaimAsync(_due));
        await ScheduleAsync(_due);
        Assert.Single(await ClaimAsync(_due, commit: false));
        Assert.Single(await ClaimAsync(_due));
    }

    [Fact]
    public async Task Two_instances_never_claim_the_same_timer_and_neither_waits_for_the_other()
    {
        for (var count = 0; count < 15; count++)
            await ScheduleAsync(_due);
        await using var one = await _dataSource.OpenConnectionAsync();
        await using var first = await one.BeginTransactionAsync();
        var claimed = await _claims.ClaimAsync(one, _due, CancellationToken.None);
        var other = await ClaimAsync(_due);
        Assert.Equal((10, 5), (claimed.Count, other.Count));
        Assert.Empty(claimed.Select(timer => timer.TokenId).Intersect(other.Select(timer => timer.TokenId)));
    }

    [Fact]
    public async Task What_falls_due_after_the_claim_looked_is_not_asleep()
    {
        await using var connection = await _dataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        Assert.Empty(await _claims.ClaimAsync(connection, now: null, CancellationToken.None));
        // Due now, which is after the transaction began, and past by the time that the distance is asked for.
        await using (var insert = new NpgsqlCommand(
            "insert into scheduler.timers (token_id, due, destination) values (gen_random_uuid(), clock_timestamp(), 'exchange:x')",
            connection))
        {
            await insert.ExecuteNonQueryAsync();
        }

        Assert.True(await _claims.DistanceToNextAsync(connection, CancellationToken.None) <= TimeSpan.Zero);
    }

    [Fact]
    public async Task A_message_due_soon_notifies_and_one_due_later_does_not()
    {
        var notified = 0;
        await using var listener = await _dataSource.OpenConnectionAsync();
        listener.Notification += (_, _) => notified++;
        await using (var listen = new NpgsqlCommand("listen scheduler_timers", listener))
            await listen.ExecuteNonQueryAsync();
        await ScheduleAsync(TimeProvider.System.GetUtcNow().AddHours(1));
        await ScheduleAsync(TimeProvider.System.GetUtcNow());
        Assert.True(await listener.WaitAsync(Deadline.Soon));
        Assert.Equal(1, notified);
    }

    [Fact]
    public async Task Body_and_properties_come_back_byte_for_byte()
    {
        var message =
            Message(_due) with { Body = [.. Enumerable.Range(0, 256).Select(value => (byte)value)], ContentType = "application/x; a=b" };
        await using (var connection = await _dataSource.OpenConnectionAsync())
            await _timers.ScheduleAsync(connection, [message], CancellationToken.None);
        var timer = Assert.Single(await ClaimAsync(_due));
        Assert.Equal(message.Body, timer.Body);
        Assert.Equal((message.ContentType, message.Destination.ToString()), (timer.ContentType!, timer.Destination!));
        Assert.Equal(message.Properties.MessageId, MessageProperties.Parse(timer.Properties!).MessageId);
    }

    private static TimedMessage Message(DateTimeOffset due) =>
        MessageEnvelope.Seal(new Ping(), new Uri("exchange:ping"), due, Guid.CreateVersion7());

    private async Task<Guid> ScheduleAsync(DateTimeOffset due, Guid? token = null)
    {
        await using var connection = await _dataSource.OpenConnectionAsync();
        var message = Message(due);
        message = message with { TokenId = token ?? message.TokenId };
        await _timers.ScheduleAsync(connection, [message], CancellationToken.None);
        return message.TokenId;
    }

    private async Task<List<ClaimedTimer>> ClaimAsync(DateTimeOffset now, bool commit = true)
    {
        await using var connection = await _dataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var claimed = await _claims.ClaimAsync(connection, now, CancellationToken.None);
        if (commit)
            await transaction.CommitAsync();
        return claimed;
    }

    public sealed record Ping;
}

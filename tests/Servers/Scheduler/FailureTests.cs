using Mail.Tests.Fixtures;
using MassTransit;
using Npgsql;
using PostgresScheduler;

namespace Mail.Tests.Servers.Scheduler;

/// <summary>The broker, the database, or the answer in between goes away: nothing is lost, nothing is early.</summary>
public sealed class FailureTests(TestServers servers) : IAsyncLifetime
{
    private const int Count = 500;
    private static readonly Uri _orders = new("exchange:orders");

    private readonly Received<Order> _received = new();
    private string _postgres = null!;
    private string _rabbitMq = null!;
    private TcpProxy _toPostgres = null!;
    private TcpProxy _toRabbitMq = null!;
    private SchedulerHost _listener = null!;
    private SchedulerHost _dispatcher = null!;

    // One application consumes on lines that hold; the other dispatches on lines that don't.
    public async ValueTask InitializeAsync()
    {
        _postgres = await servers.NewDatabaseAsync();
        _rabbitMq = await servers.NewVirtualHostAsync();
        (_toPostgres, var postgres) = TcpProxy.BeforePostgres(_postgres);
        (_toRabbitMq, var rabbitMq) = TcpProxy.BeforeRabbitMq(_rabbitMq);
        _listener = await SchedulerHost.StartAsync(
            await servers.NewDatabaseAsync(),
            _rabbitMq,
            endpoints: _received.ListenToOrders);
        _dispatcher = await SchedulerHost.StartAsync(
            postgres, rabbitMq, options: options => options.ConfirmTimeout = TimeSpan.FromSeconds(1));
    }

    public async ValueTask DisposeAsync()
    {
        _toPostgres.Restore();
        _toRabbitMq.Restore();
        await _dispatcher.DisposeAsync();
        await _listener.DisposeAsync();
        await _toPostgres.DisposeAsync();
        await _toRabbitMq.DisposeAsync();
    }

    [Fact]
    public async Task While_the_broker_is_away_everything_waits_in_the_table()
    {
        _toRabbitMq.Cut();
        await ScheduleAsync(TimeSpan.Zero);
        await Deadline.UntilAsync(LeftAsync, left => left == Count);
        _toRabbitMq.Restore();
        await EverythingArrivesAsync();
    }

    [Fact]
    public async Task A_broker_that_stalls_gets_nothing_more_and_what_it_did_not_confirm_is_published_again()
    {
        await _dispatcher.Scheduler.ScheduleSend(_orders, default, new Order(0));
        await _received.WaitAsync(1);
        // Its timer goes once it was confirmed, which may be after its arrival.
        await Deadline.UntilAsync(LeftAsync, left => left == 0);
        _toRabbitMq.Stall();
        await ScheduleAsync(TimeSpan.Zero);
        await Deadline.UntilAsync(
            () => CountAsync("select count(*) from scheduler.timers where error is not null"), unconfirmed => unconfirmed > 0);
        Assert.Equal(Count, await LeftAsync());
        _toRabbitMq.Restore();
        await EverythingArrivesAsync();
    }

    [Fact]
    public async Task A_database_that_goes_away_and_comes_back_loses_nothing()
    {
        await ScheduleAsync(TimeSpan.FromSeconds(5));
        _toPostgres.Cut();
        Assert.Equal(Count, await LeftAsync());
        _toPostgres.Restore();
        await EverythingArrivesAsync();
    }

    [Fact]
    public async Task A_listener_that_was_cut_off_costs_a_second_and_no_message()
    {
        await using var database = NpgsqlDataSource.Create(_postgres);
        await using (var cut = database.CreateCommand(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and query like 'listen%'"))
        {
            await Deadline.UntilAsync(() => cut.ExecuteScalarAsync(), count => count is 1L);
        }

        await ScheduleAsync(TimeSpan.Zero);
        await EverythingArrivesAsync();
    }

    [Fact]
    public async Task What_dies_between_confirm_and_commit_is_published_a_second_time_and_only_that()
    {
        await using var database = NpgsqlDataSource.Create(_postgres);
        await using (var trap = database.CreateCommand("""
            create function lost() returns trigger language plpgsql as $$ begin raise exception 'the commit is lost'; end $$;
            create constraint trigger lost after delete
                on scheduler.timers deferrable initially deferred for each row execute function lost();
            """))
        {
            await trap.ExecuteNonQueryAsync();
        }

        await ScheduleAsync(TimeSpan.Zero);
        await _received.WaitAsync(Count);
        Assert.Equal(Count, await LeftAsync());
        await using (var free = database.CreateCommand("drop trigger lost on scheduler.timers"))
            await free.ExecuteNonQueryAsync();
        await EverythingArrivesAsync();
        await _received.WaitAsync(2 * Count);
    }

    [Fact]
    public async Task What_falls_due_while_a_batch_is_on_its_way_does_not_wait_for_it()
    {
        await using var database = NpgsqlDataSource.Create(_postgres);
        await using var connection = await database.OpenConnectionAsync();
        var slow = NewId.NextGuid();
        await using (var trap = new NpgsqlCommand(
            $"""
            create function slow() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(1); return null; end $$;
            create constraint trigger slow after delete
                on scheduler.timers deferrable initially deferred for each row when (old.token_id = '{slow}') execute function slow();
            select pg_advisory_lock(1);
            """, connection))
        {
            await trap.ExecuteNonQueryAsync();
        }

        await new TimerTable(new()).ScheduleAsync(
            connection, [MessageEnvelope.Seal(new Order(0), _orders, TimeProvider.System.GetUtcNow(), slow)], CancellationToken.None);
        await _received.WaitAsync(1);
        await _dispatcher.Scheduler.ScheduleSend(_orders, default, new Order(1));
        await _received.WaitAsync(2);
        // The second one's commit may be after its arrival.
        await Deadline.UntilAsync(LeftAsync, left => left == 1);
        await using (var free = new NpgsqlCommand("select pg_advisory_unlock(1)", connection))
            await free.ExecuteNonQueryAsync();
        await Deadline.UntilAsync(LeftAsync, left => left == 0);
    }

    private async Task ScheduleAsync(TimeSpan from)
    {
        // On a line of its own: what is under test is the dispatcher.
        await using var database = NpgsqlDataSource.Create(_postgres);
        await using var connection = await database.OpenConnectionAsync();
        var due = TimeProvider.System.GetUtcNow() + from;
        await new TimerTable(new()).ScheduleAsync(
            connection,
            [.. Enumerable.Range(0, Count).Select(number => MessageEnvelope.Seal(new Order(number), _orders, due, NewId.NextGuid()))],
            CancellationToken.None);
    }

    private Task<long> LeftAsync() => CountAsync("select count(*) from scheduler.timers");

    private async Task<long> CountAsync(string sql)
    {
        await using var database = NpgsqlDataSource.Create(_postgres);
        await using var command = database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task EverythingArrivesAsync()
    {
        await Deadline.UntilAsync(LeftAsync, left => left == 0);
        await Deadline.UntilAsync(
            () => Task.FromResult(_received.Messages.Select(order => order.Number).Distinct().Count()), count => count == Count);
    }
}

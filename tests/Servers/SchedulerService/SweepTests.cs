using Mail.SchedulerService;
using Mail.Store;
using Mail.Tests.Fixtures;
using Mail.Tests.Servers.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Mail.Tests.Servers.SchedulerService;

/// <summary>Each duty of the sweep is on its own: what happens to one of them happens to no other.</summary>
public sealed class SweepTests(TestServers servers) : IAsyncLifetime
{
    private StoreHost _host = null!;
    private Sweep _sweep = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await StoreHost.StartAsync(servers);
        _sweep = new(_host.DataSource, NullLogger<Sweep>.Instance);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_duty_is_done_by_one_instance_at_a_time_and_another_duty_beside_it()
    {
        var (begun, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var running = _sweep.RunOnceAsync(
            Doing("first", async () =>
            {
                begun.SetResult();
                await go.Task;
            }),
            CancellationToken.None);
        await begun.Task;
        Assert.Equal(
            Sweep.Pause,
            await _sweep.RunOnceAsync(Doing("first", () => throw new InvalidOperationException("Twice.")), CancellationToken.None));
        await _sweep.RunOnceAsync(Doing("second", () => Task.CompletedTask), CancellationToken.None);
        Assert.Equal("second", Assert.Single(await ReadAsync()).Duty);
        go.SetResult();
        await running;
        Assert.Equal(["first", "second"], (await ReadAsync()).Select(duty => duty.Duty).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_full_batch_is_followed_by_the_next_at_once()
    {
        Assert.Equal(TimeSpan.Zero, await _sweep.RunOnceAsync(
            new("full", (_, _) => Task.FromResult(new Duty.Done(More: true, () => { }))), CancellationToken.None));
        Assert.Equal(Sweep.Pause, await _sweep.RunOnceAsync(Doing("full", () => Task.CompletedTask), CancellationToken.None));
    }

    [Fact]
    public async Task A_duty_that_fails_shows_why_and_for_how_long_until_it_succeeds()
    {
        var duty = Doing("failing", () => Task.CompletedTask);
        await _sweep.TellFailureAsync(duty, new InvalidOperationException("The disk is full."), CancellationToken.None);
        var first = Assert.Single(await ReadAsync());
        Assert.Equal(("failing", "The disk is full."), (first.Duty, first.Reason));
        var later = await Deadline.UntilAsync(async () => Assert.Single(await ReadAsync()), state => state.Age > first.Age);
        Assert.Equal("The disk is full.", later.Reason);
        await _sweep.RunOnceAsync(duty, CancellationToken.None);
        Assert.Null(Assert.Single(await ReadAsync()).Reason);
        await _sweep.RemoveAsync("failing", CancellationToken.None);
        Assert.Empty(await ReadAsync());
    }

    [Fact]
    public async Task A_duty_that_fails_has_told_nothing_and_changed_nothing()
    {
        var told = false;
        await Assert.ThrowsAsync<PostgresException>(() => _sweep.RunOnceAsync(
            new("failing", async (connection, cancellationToken) =>
            {
                await ExecuteAsync(
                    connection, "insert into mail.sweep_duty (duty, since) values ('by the duty itself', now())", cancellationToken);
                await ExecuteAsync(connection, "select 1 / 0", cancellationToken);
                return new(More: false, () => told = true);
            }),
            CancellationToken.None));
        Assert.False(told);
        Assert.Empty(await ReadAsync());
    }

    [Fact]
    public async Task No_statement_of_a_duty_waits_for_ever_for_a_lock()
    {
        await using var other = await _host.DataSource.OpenConnectionAsync();
        await using var locking = await other.BeginTransactionAsync();
        await ExecuteAsync(other, "lock table mail.mt_doc_hold", CancellationToken.None);
        var failure = await Assert.ThrowsAsync<PostgresException>(() => _sweep.RunOnceAsync(
            new("waiting", async (connection, cancellationToken) =>
            {
                await ExecuteAsync(connection, "select count(*) from mail.mt_doc_hold", cancellationToken);
                return new(More: false, () => { });
            }),
            CancellationToken.None));
        Assert.Equal(PostgresErrorCodes.LockNotAvailable, failure.SqlState);
    }

    private static Duty Doing(string name, Func<Task> work) => new(name, async (_, _) =>
    {
        await work();
        return new(More: false, () => { });
    });

    private async Task<List<DutyState>> ReadAsync()
    {
        await using var connection = await _host.DataSource.OpenConnectionAsync();
        return await SweepDuties.ReadAsync(connection, CancellationToken.None);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

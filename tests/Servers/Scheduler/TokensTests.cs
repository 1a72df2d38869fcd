using Mail.Tests.Fixtures;
using Npgsql;
using PostgresScheduler;

namespace Mail.Tests.Servers.Scheduler;

/// <summary>Of what is asked for under one token, the last holds, in whichever order it arrives.</summary>
public sealed class TokensTests(TestServers servers) : IAsyncLifetime
{
    private static readonly DateTimeOffset _due = new(2026, 12, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset _first = new(2026, 11, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly PostgresSchedulerOptions _options = new();
    private readonly Guid _token = Guid.CreateVersion7();
    private NpgsqlConnection _connection = null!;
    private NpgsqlDataSource _database = null!;
    private TimerTable _timers = null!;

    public async ValueTask InitializeAsync()
    {
        _database = NpgsqlDataSource.Create(await servers.NewDatabaseAsync());
        await new TimerSchema(_database, _options).ApplyAsync(CancellationToken.None);
        _timers = new TimerTable(_options);
        _connection = await _database.OpenConnectionAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _database.DisposeAsync();
    }

    // In the order in which they arrive: s schedules, c cancels, the number says when it was asked for, in tens of seconds, and is the
    // minute of the due time. 0: it does not say when. 9 is from a clock that is ahead.
    [Theory]
    [InlineData("s1 c2", null)]
    [InlineData("c2 s1", null)]
    [InlineData("c1 s2", 2)]
    [InlineData("s1 c2 s3", 3)]
    [InlineData("s3 s1 c2", 3)]
    [InlineData("s3 c2 s1", 3)]
    [InlineData("c2 s3 s1", 3)]
    [InlineData("c2 s1 s3", 3)]
    [InlineData("s1 s2", 2)]
    [InlineData("s2 s1", 2)]
    [InlineData("s2 s2", 2)]
    [InlineData("c2 s2", null)]
    [InlineData("s2 c2", null)]
    [InlineData("c3 c1 s2", null)]
    [InlineData("c1 c3 s2", null)]
    [InlineData("s1 c0", null)]
    [InlineData("c0 s1", null)]
    [InlineData("s1 c0 s2", null)]
    [InlineData("c0 c1 s2", null)]
    [InlineData("c1 s0", null)]
    [InlineData("s0 c1 s2", 2)]
    [InlineData("s1 s0", 0)]
    [InlineData("s0 s1", 1)]
    [InlineData("s9 c1", null)]
    [InlineData("s9 s1", 1)]
    [InlineData("c9 s1", null)]
    public async Task The_last_word_holds(string commands, int? minute)
    {
        foreach (var command in commands.Split(' '))
        {
            var number = command[1] - '0';
            DateTimeOffset? asked = number == 0 ? null : _first.AddSeconds(10 * number);
            if (command[0] == 'c')
                await _timers.CancelAsync(_connection, [_token], asked, CancellationToken.None);
            else
                await ScheduleAsync(_due.AddMinutes(number), asked);
        }

        await using var left = new NpgsqlCommand("select due from scheduler.timers where not cancelled", _connection);
        object? due = minute is { } at ? _due.AddMinutes(at).UtcDateTime : null;
        Assert.Equal(due, await left.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_timer_that_was_revived_is_as_new()
    {
        await ScheduleAsync(_due, _first);
        await using (var refused = new NpgsqlCommand("update scheduler.timers set attempts = 7, error = 'no route'", _connection))
            await refused.ExecuteNonQueryAsync();
        await _timers.CancelAsync(_connection, [_token], _first.AddMinutes(1), CancellationToken.None);
        await ScheduleAsync(_due, _first.AddMinutes(2));
        await using var transaction = await _connection.BeginTransactionAsync();
        var timer = Assert.Single(await new TimerClaims(_options).ClaimAsync(_connection, _due, CancellationToken.None));
        Assert.Equal((_token, 0), (timer.TokenId, timer.Attempts));
        Assert.NotNull(timer.Destination);
    }

    [Fact]
    public async Task What_could_not_be_published_is_as_new_as_it_was()
    {
        await ScheduleAsync(_due, _first.AddSeconds(20));
        await using (var transaction = await _connection.BeginTransactionAsync())
        {
            var claims = new TimerClaims(_options);
            var timer = Assert.Single(await claims.ClaimAsync(_connection, _due, CancellationToken.None));
            await claims.PutBackAsync(_connection, [new(timer, TimeSpan.Zero, 1, "no route")], CancellationToken.None);
            await transaction.CommitAsync();
        }

        await _timers.CancelAsync(_connection, [_token], _first.AddSeconds(10), CancellationToken.None);
        await ScheduleAsync(_due.AddMinutes(1), _first.AddSeconds(10));
        await using var left = new NpgsqlCommand("select error from scheduler.timers where not cancelled", _connection);
        Assert.Equal("no route", await left.ExecuteScalarAsync());
    }

    private Task ScheduleAsync(DateTimeOffset due, DateTimeOffset? asked) => _timers.ScheduleAsync(
        _connection,
        [MessageEnvelope.Seal(new Order(1), new Uri("exchange:orders"), due, _token) with { AskedAt = asked }],
        CancellationToken.None);
}

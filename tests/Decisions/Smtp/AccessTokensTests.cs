using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.OAuth;
using Microsoft.Extensions.Logging;

namespace Mail.Tests.Decisions.Smtp;

/// <summary>When access tokens are fetched, with a clock that runs as fast as the test.</summary>
public sealed class AccessTokensTests : IDisposable
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(30);

    private readonly ManualTime _time = new();
    private readonly Endpoint _endpoint = new();
    private readonly Told _log = new();
    private readonly AccessTokens _tokens;

    public AccessTokensTests() => _tokens = new(() => _endpoint, _timeout, _time, _log);

    public void Dispose() => _tokens.Dispose();

    [Fact]
    public async Task Whoever_asks_while_a_token_is_fetched_gets_that_one()
    {
        _endpoint.Hold();
        var all = Enumerable.Range(0, 16).Select(_ => _tokens.GetAsync(CancellationToken.None)).ToList();
        await _endpoint.AskedAsync(1);
        _endpoint.Release();

        Assert.Single((await Task.WhenAll(all)).Distinct());
        Assert.Same(await all[0], await _tokens.GetAsync(CancellationToken.None));
        Assert.Equal(1, _endpoint.Asked);
    }

    [Theory]
    [InlineData(3600, 3300)]
    [InlineData(86400, 86100)]
    [InlineData(600, 300)]
    [InlineData(60, 30)]
    [InlineData(2, 1)]
    public async Task The_next_token_is_fetched_five_minutes_ahead_or_at_half_of_a_short_life(int lifetime, int after)
    {
        _endpoint.Lifetime = TimeSpan.FromSeconds(lifetime);
        var first = await _tokens.GetAsync(CancellationToken.None);
        await ScheduledAsync();

        _time.Advance(TimeSpan.FromSeconds(after - 0.1));
        Assert.Equal(1, _endpoint.Asked);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await _endpoint.AskedAsync(2);

        await UntilAsync(() => _tokens.Current is { } current && current != first);
    }

    [Fact]
    public async Task While_a_renewal_fails_the_token_at_hand_serves_until_it_expires_and_it_is_tried_again()
    {
        var first = await _tokens.GetAsync(CancellationToken.None);
        await ScheduledAsync();
        _endpoint.Fault = new SmtpTrouble(SmtpFault.TokenNotReached, "no access token from login.example: it did not answer in time");

        _time.Advance(TimeSpan.FromMinutes(55));
        await _log.SaidAsync(1);
        Assert.Same(first, await _tokens.GetAsync(CancellationToken.None));
        _time.Advance(TimeSpan.FromSeconds(30));
        await _log.SaidAsync(2);
        Assert.Equal(3, _endpoint.Asked);
        Assert.Equal(
            "The access token could not be renewed; the one at hand is good for 00:04:30 and is used until then. no access token from "
            + "login.example: it did not answer in time",
            _log.Lines[0]);

        // Past its life nothing goes on by itself: who needs a token asks, at the pace at which the sender tries again.
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(_tokens.Current);
        await _endpoint.AskedAsync(4);
        await Assert.ThrowsAsync<SmtpTrouble>(() => _tokens.GetAsync(CancellationToken.None));
        var asked = _endpoint.Asked;
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(asked, _endpoint.Asked);
        _endpoint.Fault = null;
        Assert.NotSame(first, await _tokens.GetAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_token_that_was_refused_is_not_given_to_anybody_else()
    {
        var first = await _tokens.GetAsync(CancellationToken.None);
        _tokens.Refused(first);
        Assert.Null(_tokens.Current);
        var second = await _tokens.GetAsync(CancellationToken.None);
        Assert.NotSame(first, second);

        // What another connection still says of the old one does no harm to the new one.
        _tokens.Refused(first);
        Assert.Same(second, _tokens.Current);
    }

    [Fact]
    public async Task The_failure_of_one_request_is_everybodys_who_waits_and_nobodys_after_that()
    {
        _endpoint.Fault = new SmtpTrouble(SmtpFault.TokenRefused, "invalid_client: no");
        _endpoint.Hold();
        var all = Enumerable.Range(0, 16).Select(_ => _tokens.GetAsync(CancellationToken.None)).ToList();
        await _endpoint.AskedAsync(1);
        _endpoint.Release();

        foreach (var each in all)
            Assert.Equal(SmtpFault.TokenRefused, (await Assert.ThrowsAsync<SmtpTrouble>(() => each)).Fault);
        Assert.Equal(1, _endpoint.Asked);
        _endpoint.Fault = null;
        Assert.NotNull(await _tokens.GetAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Who_stops_waiting_stops_nobody_else()
    {
        _endpoint.Hold();
        using var stop = new CancellationTokenSource();
        var (one, other) = (_tokens.GetAsync(stop.Token), _tokens.GetAsync(CancellationToken.None));
        await _endpoint.AskedAsync(1);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        _endpoint.Release();
        Assert.NotNull(await other);
    }

    [Fact]
    public async Task A_request_takes_no_longer_than_its_time_out_though_the_library_does_not_heed_it()
    {
        _endpoint.Hold();
        var waiting = _tokens.GetAsync(CancellationToken.None);
        await _endpoint.AskedAsync(1);

        _time.Advance(_timeout);

        var trouble = await Assert.ThrowsAsync<SmtpTrouble>(() => waiting);
        Assert.Equal(
            (SmtpFault.TokenNotReached, "no access token from login.example: it did not answer in time"), (trouble.Fault, trouble.Message));
        _endpoint.Release();
    }

    // The timer is set a moment after the token is there for everybody.
    private Task ScheduledAsync() => UntilAsync(() => _tokens.Current is not null);

    private static async Task UntilAsync(Func<bool> done)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!done())
            await Task.Delay(5, late.Token);
    }

    private sealed class Endpoint : ITokenEndpoint
    {
        private TaskCompletionSource _go = Released();
        private volatile int _asked;

        public string Host => "login.example";

        public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

        public SmtpTrouble? Fault { get; set; }

        public int Asked => _asked;

        public void Hold() => _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release() => _go.TrySetResult();

        public Task AskedAsync(int times) => UntilAsync(() => _asked >= times);

        public async Task<(string Value, TimeSpan Lifetime)> AskAsync(CancellationToken cancellationToken)
        {
            var number = Interlocked.Increment(ref _asked);
            await _go.Task;
            return Fault is null ? ($"token {number}", Lifetime) : throw Fault;
        }

        private static TaskCompletionSource Released()
        {
            var go = new TaskCompletionSource();
            go.SetResult();
            return go;
        }
    }

    private sealed class Told : ILogger
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_lines)
                    return [.. _lines];
            }
        }

        public Task SaidAsync(int count) => UntilAsync(() => Lines.Count >= count);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lines)
                _lines.Add(formatter(state, exception));
        }
    }
}

using Mail.SenderService.Rates;

namespace Mail.Tests.Decisions.SenderService;

/// <summary>The pace that is learned from a server's refusals, with a clock that runs as fast as the test.</summary>
public sealed class LearnedPaceTests
{
    private const int Emails = 500;
    private const int Connections = 16;
    private static readonly TimeSpan _latency = TimeSpan.FromMilliseconds(5);

    private readonly Clock _clock = new();

    [Theory]
    [InlineData(30, 60, "450 4.7.1 Rate limit exceeded")]
    [InlineData(30, 60, "550 too many emails per minute")]
    [InlineData(5, 1, "550 5.7.0 Requested action not taken: too many emails per second")]
    [InlineData(5, 1, "450 slow down")]
    [InlineData(100, 3600, "450 4.7.1 Rate limit exceeded")]
    [InlineData(100, 3600, "550 has exceeded the max emails per hour")]
    [InlineData(110, 3600, "450 4.7.1 Rate limit exceeded")]
    [InlineData(110, 3600, "550 has exceeded the max emails per hour")]
    public void A_limit_over_any_such_time_is_used_up_within_a_fifth(int most, int seconds, string reply)
    {
        var taken = new Queue<long>();
        var length = seconds * _clock.TimestampFrequency;

        var time = Run(reply, () =>
        {
            while (taken.TryPeek(out var first) && _clock.Now - first >= length)
                taken.Dequeue();
            if (taken.Count >= most)
                return false;
            taken.Enqueue(_clock.Now);
            return true;
        });

        var best = (((Emails + most - 1) / most) - 1) * seconds;
        Assert.InRange(time.TotalSeconds, best, best * 1.2);
    }

    [Theory]
    [InlineData(30, 60)]
    [InlineData(5, 1)]
    public void A_limit_that_begins_anew_with_each_minute_is_used_up_within_a_fifth(int most, int seconds)
    {
        long window = -1;
        var taken = 0;
        _clock.Now = 17 * _clock.TimestampFrequency / 10;

        var time = Run("450 4.7.1 Rate limit exceeded", () =>
        {
            var now = _clock.Now / (seconds * _clock.TimestampFrequency);
            if (now != window)
                (window, taken) = (now, 0);
            return taken < most && ++taken > 0;
        });

        var best = (((Emails + most - 1) / most) - 1) * seconds;
        Assert.InRange(time.TotalSeconds, best - seconds, best * 1.2);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    public void What_began_before_a_refusal_or_without_a_turn_says_nothing_new(int begun, bool isPaced)
    {
        var pace = new LearnedPace(_clock);
        var start = _clock.GetTimestamp();
        _clock.Now += 1;
        var first = pace.Refused(start, isPaced: false, "450 slow down");

        Assert.Equal(first, pace.Refused(start + begun, isPaced, "450 slow down"));
        Assert.InRange(first, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.1));
    }

    [Fact]
    public void A_limit_that_stays_is_asked_for_ever_more_rarely()
    {
        var pace = new LearnedPace(_clock);
        var waits = new List<TimeSpan>();
        for (var i = 0; i < 8; i++)
        {
            _clock.Now += 1;
            var wait = pace.Refused(_clock.GetTimestamp(), isPaced: i > 0, "450 slow down");
            waits.Add(wait);
            _clock.Now += (long)(wait.TotalSeconds * _clock.TimestampFrequency) + 1;
            Assert.Equal(1, pace.Take(10, out _, out _));
            pace.Ended(taken: true, accepted: false);
        }

        Assert.Equal(waits.Order(), waits);
        Assert.True(waits[^1] > TimeSpan.FromMinutes(1), $"{waits[^1]}");
    }

    [Fact]
    public void A_server_that_says_how_long_to_wait_is_left_alone_for_as_long()
    {
        var pace = new LearnedPace(_clock);

        Assert.InRange(
            pace.Refused(_clock.GetTimestamp(), isPaced: false, "550 Too many messages. Try again in 92 seconds."),
            TimeSpan.FromSeconds(92), TimeSpan.FromSeconds(95));
    }

    [Fact]
    public void Without_a_refusal_there_is_no_limit()
    {
        var pace = new LearnedPace(_clock);
        for (var i = 0; i < 10_000; i++)
            pace.Ended(taken: false, accepted: true);

        Assert.False(pace.IsLimited);
        Assert.Equal(16, pace.Take(16, out var isPaced, out var wait));
        Assert.Equal((false, TimeSpan.Zero), (isPaced, wait));
    }

    /// <summary>Sends everything over the connections, and returns how long it took.</summary>
    private TimeSpan Run(string reply, Func<bool> takes)
    {
        var pace = new LearnedPace(_clock);
        var inHand = new PriorityQueue<(bool Paced, bool Accepted, long Begun), long>();
        var (sent, began) = (0, _clock.Now);
        while (sent < Emails)
        {
            var count = pace.Take(Math.Min(Connections - inHand.Count, Emails - sent - inHand.Count), out var isPaced, out var wait);
            for (var i = 0; i < count; i++)
                inHand.Enqueue((isPaced, takes(), _clock.Now), _clock.Now + (long)(_latency.TotalSeconds * _clock.TimestampFrequency));
            if (inHand.TryDequeue(out var ended, out var at))
            {
                _clock.Now = Math.Max(_clock.Now, at);
                pace.Ended(ended.Paced, ended.Accepted);
                if (ended.Accepted)
                    sent++;
                else
                    pace.Refused(ended.Begun, ended.Paced, reply);
            }
            else
            {
                Assert.True(wait > TimeSpan.Zero, "nothing to do, and nothing to wait for");
                _clock.Now += (long)(wait.TotalSeconds * _clock.TimestampFrequency) + 1;
            }
        }

        return _clock.GetElapsedTime(began);
    }

    private sealed class Clock : TimeProvider
    {
        public long Now { get; set; } = 1000;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now;
    }
}

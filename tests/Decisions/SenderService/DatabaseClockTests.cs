using System.Diagnostics;
using Mail.SenderService.Claiming;

namespace Mail.Tests.Decisions.SenderService;

/// <summary>The database's time as a sender knows it is never before the truth, and as near to it as the quickest answer was.</summary>
public sealed class DatabaseClockTests
{
    private static readonly DateTimeOffset _epoch = new(2026, 12, 1, 8, 0, 0, TimeSpan.Zero);

    // The true time of the database at a timestamp, in milliseconds of this test.
    private static long Timestamp(double ms) => (long)(ms * Stopwatch.Frequency / 1000) + Stopwatch.Frequency;

    private static DateTimeOffset True(double ms) => _epoch.AddMilliseconds(ms);

    [Fact]
    public void It_is_ahead_by_the_way_of_the_question()
    {
        var clock = new DatabaseClock();
        clock.Learn(Timestamp(0), True(3));
        Assert.Equal(True(13), clock.At(Timestamp(10)));
    }

    [Fact]
    public void The_quickest_answer_counts_whichever_came_first()
    {
        var clock = new DatabaseClock();
        clock.Learn(Timestamp(0), True(3));
        clock.Learn(Timestamp(100), True(101));
        clock.Learn(Timestamp(200), True(260));
        Assert.Equal(True(1001), clock.At(Timestamp(1000)));
    }

    [Fact]
    public void An_answer_is_forgotten_after_a_while_since_no_two_clocks_run_alike()
    {
        var clock = new DatabaseClock();
        clock.Learn(Timestamp(0), True(1));
        foreach (var second in new[] { 7, 14 })
            clock.Learn(Timestamp(second * 1000), True((second * 1000) + 2));
        Assert.Equal(True(15_002), clock.At(Timestamp(15_000)));
    }

    [Fact]
    public void A_database_whose_clock_is_set_back_is_believed_at_once()
    {
        var clock = new DatabaseClock();
        clock.Learn(Timestamp(0), True(1));
        clock.Learn(Timestamp(1000), True(-4000));
        Assert.Equal(True(-3000), clock.At(Timestamp(2000)));
    }

    [Fact]
    public void Without_an_answer_there_is_no_time() => Assert.Throws<InvalidOperationException>(() => new DatabaseClock().At(0));
}

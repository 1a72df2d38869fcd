using Mail.Bench.Subjects;

namespace Mail.Bench.Scheduler;

/// <summary>A hundred a second, each due at a millisecond of its own, while many others wait: how late is each?</summary>
internal static class Lateness
{
    private static readonly Measure _p50 = new("lateness: p50", "ms", Better.Lower, Decimals: 1);
    private static readonly Measure _p99 = new("lateness: p99", "ms", Better.Lower, Decimals: 1);
    private static readonly Measure _p999 = new("lateness: p99.9", "ms", Better.Lower, Decimals: 1);
    private static readonly Measure _max = new("lateness: max", "ms", Better.Lower, Decimals: 1);
    private static readonly Measure _early = new("confirmed before due", "messages", Better.Neither);

    internal static async Task<Figure[]> MeasureAsync(Stage stage, Plan plan)
    {
        var start = DateTimeOffset.FromUnixTimeMilliseconds((stage.Now + TimeSpan.FromSeconds(10)).ToUnixTimeMilliseconds());
        // Seven has no factor in common with ten: each falls elsewhere in its hundredth of a second.
        var messages = Stage.Messages(plan.Timed, i => start + TimeSpan.FromMilliseconds((10 * i) + (7 * i % 10)));
        stage.Confirmations.Expect(messages);
        await stage.ScheduleAllAsync(messages);
        if (stage.Now > start)
            throw new InvalidOperationException($"{stage.Subject.Name} took longer to schedule {plan.Timed} messages than it was given.");
        var late = (await stage.Confirmations.AllAsync(TimeSpan.FromMinutes(3))).Select(each => each.TotalMilliseconds).ToArray();
        var percentiles = new Percentiles(late);
        return
        [
            new(_p50, percentiles.At(50), plan.Timed),
            new(_p99, percentiles.At(99), plan.Timed),
            new(_p999, percentiles.At(99.9), plan.Timed),
            new(_max, percentiles.Max, plan.Timed),
            new(_early, late.Count(each => each < 0), plan.Timed),
        ];
    }
}

namespace Mail.Bench.Email;

/// <summary>E-mails fall due one after another, each at a millisecond of its own, while others wait: how late is each?</summary>
internal static class LatenessScenario
{
    internal const string Name = "lateness";

    internal static async Task<Figure[]> MeasureAsync(EmailStage stage)
    {
        var figures = new List<Figure>();
        var waiting = 0;
        foreach (var pending in stage.Plan.Pending)
        {
            await stage.Subject.FillAsync(pending - waiting, stage.InAMonth);
            waiting = pending;
            foreach (var rate in stage.Plan.Rates)
            {
                await stage.Database.SettleAsync();
                figures.AddRange(await MeasureAsync(stage, rate, pending));
            }
        }

        return [.. figures];
    }

    internal static async Task<Figure[]> MeasureAsync(EmailStage stage, int rate, int pending)
    {
        var count = rate * stage.Plan.Seconds;
        var start = stage.After(count);
        // Three has no factor in common with ten: each falls elsewhere in its hundredth of a second.
        var late = await stage.SendAsync(count, i => start + TimeSpan.FromMilliseconds((1000.0 / rate * i) + (3 * i % 10)));
        var percentiles = new Percentiles(late.Select(each => each.TotalMilliseconds));
        return
        [
            Figure("p50", "ms", percentiles.At(50)),
            Figure("p99", "ms", percentiles.At(99)),
            Figure("p99.9", "ms", percentiles.At(99.9)),
            Figure("max", "ms", percentiles.Max),
            new(
                new($"lateness at {rate}/s, {pending:N0} pending: early", "e-mails", Better.Neither),
                late.Count(each => each < TimeSpan.Zero),
                count),
        ];

        Figure Figure(string what, string unit, double value) =>
            new(new($"lateness at {rate}/s, {pending:N0} pending: {what}", unit, Better.Lower, Decimals: 1), value, count);
    }
}

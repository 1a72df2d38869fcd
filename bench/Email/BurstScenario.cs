namespace Mail.Bench.Email;

/// <summary>Everything is due at the same instant: how soon is the first with the server, and how soon are all?</summary>
internal static class BurstScenario
{
    internal const string Name = "burst";

    /// <param name="stage">The subject.</param>
    /// <param name="label">What tells this burst from others of the same subject; empty for the first.</param>
    internal static async Task<Figure[]> MeasureAsync(EmailStage stage, string label = "")
    {
        var (count, due) = (stage.Plan.Burst, stage.After(stage.Plan.Burst));
        Usage? usage = null;
        var late = await stage.SendAsync(count, _ => due, beforeDue: async () =>
        {
            await stage.Database.SettleAsync();
            await stage.UntilAsync(due - TimeSpan.FromMilliseconds(100));
            usage = Usage.Of(stage);
        });
        var used = usage!.Since();
        var seconds = late.Max().TotalSeconds;
        return
        [
            Figure("drained", "e-mails/s", count / seconds, Better.Higher),
            Figure("first", "ms after due", late.Min().TotalMilliseconds, Better.Lower),
            Figure("last", "s after due", seconds, Better.Neither, decimals: 1),
            Figure("early, or more than once", "e-mails", late.Count(each => each < TimeSpan.Zero) + stage.Sink.Twice, Better.Neither),
            .. used.Select(
                each => Figure($"processor time of {each.Name}", "s per 1,000", each.Seconds / count * 1000, Better.Lower, decimals: 2)),
            Figure(
                "processors busy", "of those there are, %", used.Sum(each => each.Seconds) / seconds / Environment.ProcessorCount * 100,
                Better.Neither),
            .. stage.Subject.Processes.Select(
                process => Figure($"peak memory of {process.Name}", "MiB", ProcessTime.Memory(process.Id).Peak, Better.Neither)),
        ];

        Figure Figure(string what, string unit, double value, Better better, int decimals = 0) =>
            new(new($"burst{label}: {what}", unit, better, decimals), value, count);
    }
}

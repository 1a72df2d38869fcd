namespace Mail.Bench.Email;

/// <summary>What it takes to be there: idle, after it has sent something.</summary>
internal static class FootprintScenario
{
    internal const string Name = "footprint";

    private static readonly TimeSpan _idle = TimeSpan.FromSeconds(20);

    internal static async Task<Figure[]> MeasureAsync(EmailStage stage)
    {
        var usage = Usage.Of(stage);
        await stage.UntilAsync(stage.Now + _idle);
        return
        [
            .. usage.Since().SkipLast(1).Select(
                each => Figure($"processor time of {each.Name}", "ms a second", each.Seconds / _idle.TotalSeconds * 1000, decimals: 1)),
            .. stage.Subject.Processes.Select(process => Figure($"memory of {process.Name}", "MiB", ProcessTime.Memory(process.Id).Now)),
            .. stage.Subject is OurSystem ours
                ? (await ours.RestartAsync()).Select(each => Figure($"start to ready, {each.Name}", "s", each.Seconds, decimals: 2))
                : [],
        ];

        static Figure Figure(string what, string unit, double value, int decimals = 0) =>
            new(new($"idle: {what}", unit, Better.Neither, decimals), value, 0);
    }
}

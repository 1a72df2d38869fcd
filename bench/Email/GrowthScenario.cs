namespace Mail.Bench.Email;

/// <summary>The same work with ever more pending, and with a day's worth done: its cost must not grow.</summary>
internal static class GrowthScenario
{
    internal const string Name = "growth";

    internal static async Task<Figure[]> MeasureAsync(EmailStage stage)
    {
        var figures = new List<Figure>();
        var waiting = 0;
        var empty = await stage.Database.SizeAsync();
        foreach (var pending in stage.Plan.Growth)
        {
            var filled = await Callers.RateAsync([pending - waiting], count => stage.Subject.FillAsync(count, stage.InAMonth), callers: 1)
                * (pending - waiting);
            waiting = pending;
            await stage.Database.SettleAsync();
            figures.Add(
                new(new($"growth, {pending:N0} pending: saved in bulk, one short text", "e-mails/s", Better.Neither), filled, pending));
            figures.Add(new(
                new($"growth, {pending:N0} pending: disk", "bytes an e-mail", Better.Neither),
                (await stage.Database.SizeAsync() - empty) / (double)pending, pending));
            figures.AddRange(Chosen(await BurstScenario.MeasureAsync(stage, $" with {pending:N0} pending")));
            figures.AddRange(await LatenessScenario.MeasureAsync(stage, rate: 100, pending));
        }

        // What is done stays in the tables. On the second day the same again is to be no slower, and what was deleted is used again.
        var before = await stage.Database.SizeAsync();
        figures.AddRange(Chosen(await BurstScenario.MeasureAsync(stage, " on a second day")));
        figures.Add(new(
            new("growth: disk that a day's e-mail took", "bytes an e-mail", Better.Neither),
            (await stage.Database.SizeAsync() - before) / (double)stage.Plan.Burst, stage.Plan.Burst));
        return [.. figures];
    }

    private static IEnumerable<Figure> Chosen(Figure[] burst) =>
        burst.Where(figure => figure.Measure.Name.Contains("drained", StringComparison.Ordinal)
            || figure.Measure.Name.Contains("memory", StringComparison.Ordinal));
}

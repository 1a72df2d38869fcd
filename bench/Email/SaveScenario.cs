namespace Mail.Bench.Email;

/// <summary>Storing e-mails: how many a second are safe?</summary>
internal static class SaveScenario
{
    internal const string Name = "save";

    private const int Largest = 10_000;

    private static readonly Measure _single = PerSecond("a call an e-mail, 8 callers");
    private static readonly Measure _bulk = PerSecond("in bulk");

    internal static async Task<Figure[]> MeasureAsync(EmailStage stage)
    {
        var single = PlannedEmail.Many(stage.Plan.OneByOne, _ => stage.InAMonth);
        var figures = new List<Figure> { new(_single, await Callers.RateAsync(single, stage.Subject.ScheduleAsync), single.Length) };
        if (stage.Subject is not HangfireMail)
        {
            var many = PlannedEmail.Many(stage.Plan.Burst, _ => stage.InAMonth);
            figures.Add(new(_bulk, many.Length * await Callers.RateAsync([many], stage.Subject.ScheduleAsync, callers: 1), many.Length));
        }

        if (stage.Subject is OurSystem ours)
            figures.AddRange(await ConfigsAsync(stage, ours));
        return [.. figures];
    }

    private static async Task<Figure[]> ConfigsAsync(EmailStage stage, OurSystem ours)
    {
        var largest = Math.Min(Largest, stage.Plan.Burst);
        var figures = new List<Figure>();
        foreach (var (size, clients, callers) in new[]
        {
            (1, stage.Plan.OneByOne / 5, Callers.Count), (100, stage.Plan.OneByOne / 100, 2), (largest, 3, 1),
        })
        {
            await stage.Database.SettleAsync();
            var configs = Enumerable.Range(0, clients)
                .Select(client =>
                    ($"client-{size}-{client}", Emails: PlannedEmail.Many(size, i => stage.InAMonth + TimeSpan.FromMilliseconds(i))))
                .ToArray();
            await SaveAsync($"configs of {size:N0}", configs);
            if (size == 1)
                continue;
            await SaveAsync($"configs of {size:N0}, unchanged", configs);
            await SaveAsync(
                $"configs of {size:N0}, all superseded",
                [
                    .. configs.Select(
                        config => (config.Item1, config.Emails.Select(email => email with { Due = email.Due.AddHours(1) }).ToArray())),
                ]);

            async Task SaveAsync(string what, (string Client, PlannedEmail[] Emails)[] saves) => figures.Add(new(
                PerSecond(what), size * await Callers.RateAsync(saves, save => ours.SaveAsync(save.Client, save.Emails), callers),
                size * clients));
        }

        return [.. figures];
    }

    private static Measure PerSecond(string what) => new($"save: {what}", "e-mails/s", Better.Higher);
}

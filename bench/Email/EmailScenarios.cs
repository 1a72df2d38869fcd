namespace Mail.Bench.Email;

/// <summary>The whole of this system and what a .NET team would build instead, doing the same work on the same servers in turn.</summary>
internal sealed class EmailScenarios(Servers servers, Options options, TimeProvider time)
{
    private static readonly (string Name, Func<EmailStage, Task<Figure[]>> MeasureAsync, bool OursOnly)[] _all =
    [
        (FootprintScenario.Name, FootprintScenario.MeasureAsync, false),
        (SaveScenario.Name, SaveScenario.MeasureAsync, false),
        (ApiScenario.Name, ApiScenario.MeasureAsync, true),
        (CancelScenario.Name, CancelScenario.MeasureAsync, false),
        (BurstScenario.Name, stage => BurstScenario.MeasureAsync(stage), false),
        (AttachmentsScenario.Name, AttachmentsScenario.MeasureAsync, true),
        (LatenessScenario.Name, LatenessScenario.MeasureAsync, false),
        (PageScenario.Name, PageScenario.MeasureAsync, true),
        (GrowthScenario.Name, GrowthScenario.MeasureAsync, true),
    ];

    /// <summary>The names that a scenario can be asked for by.</summary>
    internal static IEnumerable<string> Names => _all.Select(scenario => scenario.Name);

    internal async Task<Report> RunAsync()
    {
        var machine = await Machine.DescribeAsync(servers);
        var results = new List<SubjectResult>();
        await MeasureAsync(OurSystem.Id, () => new OurSystem(), EmailPlan.Ours(options.Quick), results);
        await MeasureAsync(Subjects.QuartzSubject.Id, () => new QuartzMail(), EmailPlan.Quartz(options.Quick), results);
        await MeasureAsync(Subjects.HangfireSubject.Id, () => new HangfireMail(), EmailPlan.Hangfire(options.Quick), results);
        return new(options.Scenario, machine, results, EmailCaveats.All(options));
    }

    private async Task MeasureAsync(string id, Func<IEmailSubject> subject, EmailPlan plan, List<SubjectResult> results)
    {
        if (options.Only is { } only && only != id)
            return;
        if (options.Burst is { } burst)
            plan = plan with { Burst = burst };
        var figures = new List<Figure>();
        foreach (var (name, measureAsync, oursOnly) in _all.Where(
            each => options.Scenario is Options.Everything || options.Scenario == each.Name))
        {
            if (!oursOnly || id == OurSystem.Id)
                await StepAsync(name, subject(), measureAsync);
            if (name == BurstScenario.Name && id == OurSystem.Id)
            {
                foreach (var senders in new[] { 2, 4 })
                {
                    await StepAsync(
                        $"{name}, {senders} senders", new OurSystem(senders),
                        stage => BurstScenario.MeasureAsync(stage, $", {senders} senders"));
                }
            }
        }

        if (figures.Count > 0)
            results.Add(new(subject().Name, figures));

        // Each on a database of its own: none inherits what another left.
        async Task StepAsync(string what, IEmailSubject on, Func<EmailStage, Task<Figure[]>> measureAsync)
        {
            await Console.Error.WriteLineAsync($"{time.GetLocalNow():HH:mm:ss} {on.Name}: {what}");
            await using var stage = await EmailStage.StartAsync(on, servers, plan, time);
            figures.AddRange(await measureAsync(stage));
        }
    }
}

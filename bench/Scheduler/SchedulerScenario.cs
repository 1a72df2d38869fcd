using Mail.Bench.Subjects;

namespace Mail.Bench.Scheduler;

/// <summary>Our scheduler and what a .NET team would take instead, doing the same work on the same servers in turn.</summary>
internal sealed class SchedulerScenario(Servers servers, Options options, TimeProvider time)
{
    internal const string Name = "scheduler";

    internal async Task<Report> RunAsync()
    {
        var machine = await Machine.DescribeAsync(servers);
        var results = new List<SubjectResult>();
        await MeasureAsync(OurScheduler.Id, new OurScheduler(), results);
        await MeasureAsync(QuartzSubject.Id, new QuartzSubject(), results);
        await MeasureAsync(HangfireSubject.Id, new HangfireSubject(), results);
        return new(Name, machine, results, Caveats.All(options));
    }

    private async Task MeasureAsync(string id, ISubject subject, List<SubjectResult> results)
    {
        if (options.Only is { } only && only != id)
            return;
        var plan = Plan.For(id, options);
        await using var stage = await Stage.StartAsync(subject, servers, time);
        var figures = new List<Figure>();
        await WarmUp.RunAsync(stage);
        await Step("scheduling one by one, cancelling", () => OneByOne.MeasureAsync(stage, plan));
        await Step("burst", () => Burst.MeasureAsync(stage, plan, servers, figures[0].Value));
        await Step("scheduling and cancelling in bulk", () => InBulk.MeasureAsync(stage, plan));
        await Step("lateness", () => Lateness.MeasureAsync(stage, plan));
        results.Add(new(stage.Subject.Name, figures));

        async Task Step(string what, Func<Task<Figure[]>> measure)
        {
            await Console.Error.WriteLineAsync($"{time.GetLocalNow():HH:mm:ss} {stage.Subject.Name}: {what}");
            figures.AddRange(await measure());
            await stage.SettleAsync();
        }
    }
}

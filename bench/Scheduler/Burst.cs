using Mail.Bench.Subjects;

namespace Mail.Bench.Scheduler;

/// <summary>Everything is due at the same instant: how soon does the first go, and how soon are all gone?</summary>
internal static class Burst
{
    private static readonly Measure _drained = new("burst: drained", "messages/s", Better.Higher);
    private static readonly Measure _first = new("burst: first confirmed", "ms after due", Better.Lower);
    private static readonly Measure _last = new("burst: last confirmed", "ms after due", Better.Neither);

    /// <param name="rate">How many a second the subject was seen to take: all have to be in before they are due.</param>
    internal static async Task<Figure[]> MeasureAsync(Stage stage, Plan plan, Servers servers, double rate)
    {
        var due = stage.Now + TimeSpan.FromSeconds(5 + (2 * plan.Burst / rate));
        var messages = Stage.Messages(plan.Burst, _ => due);
        stage.Confirmations.Expect(messages);
        await stage.ScheduleAllAsync(messages);
        if (stage.Now > due)
            throw new InvalidOperationException($"{stage.Subject.Name} took longer to schedule the burst than it was given.");
        var after = (await stage.Confirmations.AllAsync(due - stage.Now + TimeSpan.FromMinutes(3)))
            .Select(each => each.TotalMilliseconds).ToArray();

        if (await servers.CountAsync() is var count && count != plan.Burst)
            await Console.Error.WriteLineAsync($"{stage.Subject.Name}: {plan.Burst} were confirmed and {count} are in the queue");
        return
        [
            new(_drained, plan.Burst / after.Max() * 1000, plan.Burst),
            new(_first, after.Min(), plan.Burst),
            new(_last, after.Max(), plan.Burst),
        ];
    }
}

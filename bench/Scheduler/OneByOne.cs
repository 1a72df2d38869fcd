using System.Collections.Concurrent;
using Mail.Bench.Subjects;

namespace Mail.Bench.Scheduler;

/// <summary>A call a message, from eight callers at once.</summary>
internal static class OneByOne
{
    private static readonly Measure _schedule = new("schedule one by one", "messages/s", Better.Higher);
    private static readonly Measure _cancel = new("cancel one by one", "messages/s", Better.Higher);

    internal static async Task<Figure[]> MeasureAsync(Stage stage, Plan plan)
    {
        var handles = new ConcurrentQueue<string>();
        var messages = Stage.Messages(plan.OneByOne, _ => stage.InAMonth);
        var scheduled = await Callers.RateAsync(messages, async message => handles.Enqueue(await stage.Subject.ScheduleAsync(message)));
        await stage.SettleAsync();
        var cancelled = await Callers.RateAsync([.. handles.Take(plan.Cancelled)], async handle =>
        {
            if (!await stage.Subject.CancelAsync(handle))
                throw new InvalidOperationException($"{stage.Subject.Name} did not cancel {handle}.");
        });
        return [new(_schedule, scheduled, plan.OneByOne), new(_cancel, cancelled, plan.Cancelled)];
    }
}

using Mail.Bench.Subjects;

namespace Mail.Bench.Scheduler;

/// <summary>
/// A thousand messages a call, from one caller. What is scheduled here stays pending while lateness is measured, and
/// what the subject takes no bulk of is filled up otherwise.
/// </summary>
internal static class InBulk
{
    private static readonly Measure _schedule = new("schedule in bulk", "messages/s", Better.Higher);
    private static readonly Measure _cancel = new("cancel in bulk", "messages/s", Better.Higher);
    private static readonly Measure _size = new("disk", "bytes a pending message", Better.Lower);

    internal static async Task<Figure[]> MeasureAsync(Stage stage, Plan plan)
    {
        var figures = new List<Figure>();
        if (stage.Subject is IBulkSubject subject)
            figures.Add(new(_cancel, await CancelAsync(stage, subject, plan), plan.Cancelled));
        await stage.SettleAsync();

        var before = await stage.SizeAsync();
        if (stage.Subject is IBulkSubject)
            figures.Insert(0, new(_schedule, plan.Bulk / await ScheduleAsync(stage, plan), plan.Bulk));
        await stage.Subject.FillAsync(plan.Filled, stage.InAMonth);
        var pending = plan.Bulk + plan.Filled;
        figures.Add(new(_size, (await stage.SizeAsync() - before) / (double)pending, pending));
        return [.. figures];
    }

    private static async Task<double> CancelAsync(Stage stage, IBulkSubject subject, Plan plan)
    {
        var messages = Stage.Messages(plan.Cancelled, _ => stage.InAMonth);
        await stage.ScheduleAllAsync(messages);
        await stage.SettleAsync();
        var batches = messages.Select(message => message.Message.CorrelationId.ToString()).Chunk(Plan.BatchSize).ToArray();
        return plan.Cancelled / (batches.Length / await Callers.RateAsync(batches, subject.CancelAsync, callers: 1));
    }

    /// <summary>In parts, so that no more than one of them is in memory. Returns seconds.</summary>
    private static async Task<double> ScheduleAsync(Stage stage, Plan plan)
    {
        var seconds = 0.0;
        for (var left = plan.Bulk; left > 0; left -= 10 * Plan.BatchSize)
        {
            var part = Stage.Messages(Math.Min(left, 10 * Plan.BatchSize), i => stage.InAMonth + TimeSpan.FromMilliseconds(i));
            seconds += part.Length / await stage.ScheduleAllAsync(part);
        }

        return seconds;
    }
}

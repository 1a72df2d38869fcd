using Mail.Bench.Subjects;

namespace Mail.Bench.Scheduler;

/// <summary>
/// A thousand messages a call, from one caller. What is scheduled here stays pending while lateness is measured; what
/// is too slow to schedule, or has no bulk call, is filled up by other means.
/// </summary>
internal static class InBulk
{
    private const int PartSize = 10 * IBulkSubject.BatchSize;

    private static readonly Measure _schedule = new("schedule in bulk", "messages/s", Better.Higher);
    private static readonly Measure _cancel = new("cancel in bulk", "messages/s", Better.Higher);
    private static readonly Measure _size = new("disk", "bytes a pending message", Better.Lower);

    internal static async Task<Figure[]> MeasureAsync(Stage stage, Plan plan)
    {
        var before = await stage.SizeAsync();
        var (first, rate) = stage.Subject is IBulkSubject ? await ScheduleAsync(stage, plan.Bulk) : ([], 0);
        await stage.Subject.FillAsync(plan.Filled, stage.InAMonth);
        var pending = plan.Bulk + plan.Filled;
        var size = new Figure(_size, (await stage.SizeAsync() - before) / (double)pending, pending);
        if (stage.Subject is not IBulkSubject subject)
            return [size];

        await stage.SettleAsync();
        var batches = first.Take(plan.Cancelled).Select(message => message.Message.CorrelationId.ToString())
            .Chunk(IBulkSubject.BatchSize).ToArray();
        var cancelled = plan.Cancelled * await Callers.RateAsync(batches, subject.CancelAsync, callers: 1) / batches.Length;
        return [new(_schedule, rate, plan.Bulk), new(_cancel, cancelled, plan.Cancelled), size];
    }

    /// <summary>In parts, so that only the first stays in memory. Returns that, and how many a second were scheduled.</summary>
    private static async Task<(Planned[] First, double Rate)> ScheduleAsync(Stage stage, int count)
    {
        Planned[] first = [];
        var seconds = 0.0;
        for (var left = count; left > 0; left -= PartSize)
        {
            var part = Stage.Messages(Math.Min(left, PartSize), i => stage.InAMonth + TimeSpan.FromMilliseconds(i));
            seconds += part.Length / await stage.ScheduleAllAsync(part);
            if (first.Length == 0)
                first = part;
        }

        return (first, count / seconds);
    }
}

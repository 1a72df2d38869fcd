using System.Collections.Concurrent;

namespace Mail.Bench.Email;

/// <summary>Cancels, a call each.</summary>
internal static class CancelScenario
{
    internal const string Name = "cancel";

    private const int Count = 16;

    private static readonly Measure _cancel = new($"cancel: {Count} callers", "e-mails/s", Better.Higher);

    internal static async Task<Figure[]> MeasureAsync(EmailStage stage)
    {
        var handles = new ConcurrentQueue<string>();
        await Callers.RateAsync(
            PlannedEmail.Many(stage.Plan.OneByOne, _ => stage.InAMonth),
            async email => handles.Enqueue(await stage.Subject.ScheduleAsync(email)));
        await stage.Database.SettleAsync();
        var rate = await Callers.RateAsync(handles, async handle =>
        {
            if (!await stage.Subject.CancelAsync(handle))
                throw new InvalidOperationException($"{stage.Subject.Name} did not cancel {handle}.");
        }, Count);
        return [new(_cancel, rate, handles.Count)];
    }
}

using System.Collections.Concurrent;

namespace Mail.Bench.Email;

/// <summary>Cancels, a call each, by some callers and by many.</summary>
internal static class CancelScenario
{
    internal const string Name = "cancel";

    private static readonly int[] _callers = [16, 64];

    internal static async Task<Figure[]> MeasureAsync(EmailStage stage)
    {
        var figures = new List<Figure>();
        foreach (var callers in _callers)
        {
            var handles = new ConcurrentQueue<string>();
            await Callers.RateAsync(
                PlannedEmail.Many(stage.Plan.OneByOne, _ => stage.InAMonth),
                async email => handles.Enqueue(await stage.Subject.ScheduleAsync(email)),
                callers);
            await stage.Database.SettleAsync();
            var rate = await Callers.RateAsync(
                handles,
                async handle =>
                {
                    if (!await stage.Subject.CancelAsync(handle))
                        throw new InvalidOperationException($"{stage.Subject.Name} did not cancel {handle}.");
                },
                callers);
            figures.Add(new(new($"cancel: {callers} callers", "e-mails/s", Better.Higher), rate, handles.Count));
        }

        return [.. figures];
    }
}

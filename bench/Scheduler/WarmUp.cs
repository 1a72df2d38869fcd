using Mail.Bench.Subjects;

namespace Mail.Bench.Scheduler;

/// <summary>Everything once in small, so that compiling and connecting are not measured.</summary>
internal static class WarmUp
{
    private const int Count = 500;

    internal static async Task RunAsync(Stage stage)
    {
        var due = Stage.Messages(Count, _ => stage.Now);
        stage.Confirmations.Expect(due);
        await Callers.RateAsync(due, stage.Subject.ScheduleAsync);
        await stage.Confirmations.AllAsync(TimeSpan.FromMinutes(1));

        var later = Stage.Messages(Count, _ => stage.InAMonth);
        await stage.ScheduleAllAsync(later);
        await Callers.RateAsync(
            later,
            async each => await stage.Subject.CancelAsync(await stage.Subject.ScheduleAsync(each with { Message = Reminder.New() })));
        if (stage.Subject is IBulkSubject subject)
        {
            // A burst is over within a second or two: in the first one a third of the processor time went into compiling.
            var burst = Stage.Messages(20 * Count, _ => stage.Now);
            stage.Confirmations.Expect(burst);
            await stage.ScheduleAllAsync(burst);
            await stage.Confirmations.AllAsync(TimeSpan.FromMinutes(1));
            foreach (var part in later.Chunk(Count / 5))
                await subject.CancelAsync([.. part.Select(each => each.Message.CorrelationId.ToString())]);
        }

        await stage.SettleAsync();
    }
}

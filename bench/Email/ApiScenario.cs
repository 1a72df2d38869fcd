using System.Collections.Concurrent;
using System.Diagnostics;

namespace Mail.Bench.Email;

/// <summary>
/// Every endpoint that writes, called by one, a few and far too many callers at once, each of which sends its next request when the
/// last one was answered: how many a second succeed, how long the slow ones take, and how many are refused.
/// </summary>
internal static class ApiScenario
{
    internal const string Name = "api";

    private const int PerBatch = 100;
    private static readonly int[] _callers = [1, 16, 64, 500];

    internal static async Task<Figure[]> MeasureAsync(EmailStage stage)
    {
        var ours = (OurSystem)stage.Subject;
        var figures = new List<Figure>();
        foreach (var callers in _callers)
        {
            // So many that the fast ones are not over at once, and each caller has a few.
            var count = Math.Max(stage.Plan.OneByOne / (callers == 1 ? 10 : 2), callers * 4);
            var ids = new ConcurrentQueue<string>();
            await RunAsync(
                "create", callers, count, async (email, index) => ids.Enqueue(await ours.ScheduleAsync(email, $"client-{index % 10}")));
            var created = ids.ToArray();
            await RunAsync(
                "move", callers, created.Length,
                (_, index) => ours.MoveAsync(created[index], stage.InAMonth + TimeSpan.FromSeconds(index)));
            await RunAsync("cancel", callers, created.Length, async (_, index) =>
            {
                if (!await ours.CancelAsync(created[index]))
                    throw new InvalidOperationException($"{created[index]} was not cancelled.");
            });
            await RunAsync(
                $"batch of {PerBatch}", callers, Math.Max(count / PerBatch, callers),
                (_, index) => ours.ScheduleAsync(PlannedEmail.Many(PerBatch, _ => stage.InAMonth), $"client-{index % 10}"));
            await RunAsync(
                "save of 10, a client each", callers, count / 10,
                (_, index) => ours.SaveAsync($"saver-{callers}-{index}", PlannedEmail.Many(10, _ => stage.InAMonth)));
        }

        return [.. figures];

        async Task RunAsync(string what, int callers, int count, Func<PlannedEmail, int, Task> call)
        {
            var emails = PlannedEmail.Many(count, _ => stage.InAMonth);
            var (taken, refused) = (new ConcurrentQueue<double>(), 0);
            var rate = await Callers.RateAsync(
                [.. Enumerable.Range(0, count)],
                async index =>
                {
                    var started = Stopwatch.GetTimestamp();
                    try
                    {
                        await call(emails[index], index);
                        taken.Enqueue(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                    }
                    catch (InvalidOperationException)
                    {
                        Interlocked.Increment(ref refused);
                    }
                },
                callers);
            var name = $"api, {callers} callers: {what}";
            figures.Add(new(new(name, "a second", Better.Neither), rate * taken.Count / count, taken.Count));
            figures.Add(new(new($"{name}, p99", "ms", Better.Neither, 1), taken.IsEmpty ? 0 : new Percentiles(taken).At(99), taken.Count));
            figures.Add(new(new($"{name}, refused", "", Better.Neither), refused, count));
            await stage.Database.SettleAsync();
        }
    }
}

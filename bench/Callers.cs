using System.Diagnostics;

namespace Mail.Bench;

/// <summary>Calls from so many at once as a service has requests in hand.</summary>
internal static class Callers
{
    internal const int Count = 8;

    /// <summary>Makes one call for each item and returns how many a second.</summary>
    internal static async Task<double> RateAsync<T>(IReadOnlyCollection<T> items, Func<T, Task> call, int callers = Count)
    {
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = callers }, async (item, _) => await call(item));
        return items.Count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}

namespace Mail.Tests.Fixtures;

/// <summary>How long tests wait, in one place; and the waiting.</summary>
public static class Deadline
{
    /// <summary>For what takes milliseconds on an idle machine.</summary>
    public static TimeSpan Soon { get; } = TimeSpan.FromSeconds(30);

    /// <summary>For servers and services to start.</summary>
    public static TimeSpan Start { get; } = TimeSpan.FromSeconds(90);

    /// <summary>For what waits by design: a dead sender's claims, a sweep.</summary>
    public static TimeSpan Sweep { get; } = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks until the answer will do; the last answer is in the failure.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> done, TimeSpan? within = null)
    {
        var deadline = within ?? Soon;
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (done(answer))
                return answer;
            if (TimeProvider.System.GetElapsedTime(started) > deadline)
                throw new TimeoutException($"Not within {deadline}: {answer}");
            await Task.Delay(_poll);
        }
    }
}

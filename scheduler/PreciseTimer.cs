using System.Diagnostics;

namespace PostgresScheduler;

/// <summary>
/// Calls back at a time, a fraction of a millisecond late. .NET's own timers go by <see cref="Environment.TickCount64"/>, which on Linux
/// moves on every one to ten milliseconds, four as a rule (https://github.com/dotnet/coreclr/pull/2293): they are late, or early, by as much.
/// A thread that waits for an event is woken by the kernel's high-resolution timers.
/// </summary>
internal sealed class PreciseTimer : IDisposable
{
    private const long Never = long.MaxValue;

    private static readonly TimeSpan _longest = TimeSpan.FromDays(1);

    private readonly Action _callback;
    private readonly AutoResetEvent _changed = new(false);
    private readonly Thread _thread;
    private long _due = Never;
    private volatile bool _disposed;

    /// <param name="callback">Must be quick, and throw nothing: it runs on the timer's own thread.</param>
    internal PreciseTimer(Action callback)
    {
        _callback = callback;
        _thread = new(Run) { IsBackground = true, Name = "PostgresScheduler timer" };
        _thread.Start();
    }

    /// <summary>Calls back once, after so long, a day at the most; whatever was set before is forgotten.</summary>
    internal void Set(TimeSpan after)
    {
        var seconds = Math.Min(after.TotalSeconds, _longest.TotalSeconds);
        Volatile.Write(ref _due, Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency));
        _changed.Set();
    }

    public void Dispose()
    {
        _disposed = true;
        _changed.Set();
        _thread.Join();
        _changed.Dispose();
    }

    private void Run()
    {
        while (!_disposed)
        {
            var due = Volatile.Read(ref _due);
            var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            // Waits are in whole milliseconds and round down; waking early would only find nothing due.
            if (left > TimeSpan.Zero)
                _changed.WaitOne(due == Never ? Timeout.Infinite : (int)Math.Ceiling(left.TotalMilliseconds));
            else if (Interlocked.CompareExchange(ref _due, Never, due) == due)
                _callback();
        }
    }
}

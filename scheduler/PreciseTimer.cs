using System.Diagnostics;

namespace PostgresScheduler;

/// <summary>
/// Calls back within the last millisecond before a time. .NET's own timers go by <see cref="Environment.TickCount64"/>, which on Linux
/// moves on every one to ten milliseconds, four as a rule (https://github.com/dotnet/coreclr/pull/2293): they are late, or early, by as
/// much. A thread that waits for an event is woken by the kernel's high-resolution timers.
/// </summary>
internal sealed class PreciseTimer : IDisposable
{
    private const long Never = long.MaxValue;

    private static readonly TimeSpan _shortest = TimeSpan.FromMilliseconds(1);
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

    /// <summary>
    /// Calls back once, after so long or up to a millisecond less, a day at the most; whatever was set before is forgotten.
    /// </summary>
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
            // Waits are in whole milliseconds. What is still left of the time passes while the thread wakes and asks the database, which
            // decides what is due.
            if (left >= _shortest)
                _changed.WaitOne(due == Never ? Timeout.Infinite : (int)left.TotalMilliseconds);
            else if (Interlocked.CompareExchange(ref _due, Never, due) == due)
                _callback();
        }
    }
}

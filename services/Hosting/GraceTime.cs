using System.Diagnostics;

namespace Mail.Hosting;

/// <summary>
/// Ends the process where it outlives its stop by more than the host waits for its services. Each wait on the way down has a bound of its
/// own; this one is for what nobody thought of. A killed process loses nothing, but an operator should not have to kill it.
/// </summary>
internal static class GraceTime
{
    /// <summary>For how long the host waits for its services.</summary>
    internal static readonly TimeSpan OfServices = TimeSpan.FromSeconds(35);

    // Disposal comes after the services. What runs the service waits for longer than both together.
    private static readonly TimeSpan _all = OfServices + TimeSpan.FromSeconds(3);

    private static readonly TimeSpan _exit = TimeSpan.FromSeconds(1);

    /// <summary>From now on the process ends at the latest that long after <paramref name="stopping"/>.</summary>
    internal static void Watch(ILogger logger, CancellationToken stopping)
    {
        // A thread that waits for the stop, and no callback: another callback may be what the stop hangs in.
        var stop = stopping.WaitHandle;
        Start(() =>
        {
            stop.WaitOne();
            using var never = new ManualResetEventSlim();
            never.Wait(_all);
            // Not on this thread: a log that can't be written must not keep the process alive either.
            Start(() =>
            {
                logger.GraceTimeOver(_all);
                Environment.Exit(1);
            });
            never.Wait(_exit);
            Process.GetCurrentProcess().Kill();
        });
    }

    private static void Start(Action run) => new Thread(() => run()) { IsBackground = true, Name = "Grace time" }.Start();
}

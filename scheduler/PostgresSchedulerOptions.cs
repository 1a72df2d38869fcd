namespace PostgresScheduler;

/// <summary>How the scheduler works; the defaults are what was measured best on two cores.</summary>
public sealed class PostgresSchedulerOptions
{
    /// <summary>The schema that holds the timer table. A plain SQL identifier.</summary>
    public string Schema { get; set; } = "scheduler";

    /// <summary>How many due timers one transaction claims, publishes and deletes.</summary>
    public int BatchSize { get; set; } = 200;

    /// <summary>
    /// How long a batch may wait for the broker's confirms before what is unconfirmed goes back to the table. The rows are
    /// locked meanwhile, and a stop waits for it.
    /// </summary>
    public TimeSpan ConfirmTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The longest sleep, in case a notification was lost. Whoever schedules tells those who sleep of what is due sooner, so it is the same
    /// in each process that schedules and in each that publishes.
    /// </summary>
    public TimeSpan LongestSleep { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a message that the broker or its address refused is tried again before it is set aside.</summary>
    public int Attempts { get; set; } = 8;

    /// <summary>
    /// How long a cancelled token stays cancelled: longer than any schedule for it that was asked for before can still be under way.
    /// </summary>
    public TimeSpan KeepCancelled { get; set; } = TimeSpan.FromDays(1);

    internal string Channel => $"{Schema}_timers";
}

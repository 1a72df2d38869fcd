using Npgsql;

namespace Mail.SchedulerService;

/// <summary>One thing that the sweep sees to, on its own: what keeps it from its work keeps no other.</summary>
/// <param name="Name">Its name in the metrics, on the page, and of its lock.</param>
/// <param name="RunAsync">One batch, in the transaction that holds the duty's lock.</param>
/// <param name="PrepareAsync">What must have been done before it, once for a database, outside a transaction.</param>
internal sealed record Duty(
    string Name, Func<NpgsqlConnection, CancellationToken, Task<Duty.Done>> RunAsync,
    Func<NpgsqlConnection, CancellationToken, Task>? PrepareAsync = null)
{
    /// <summary>What a batch came to.</summary>
    /// <param name="More">Whether the batch was full, so that there may be more.</param>
    /// <param name="Tell">What is counted and logged once it is committed.</param>
    internal sealed record Done(bool More, Action Tell);
}

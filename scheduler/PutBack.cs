namespace PostgresScheduler;

/// <summary>A claimed timer that was not published, and when to try it again.</summary>
/// <param name="Timer">The timer as it was claimed.</param>
/// <param name="Pause">How long to wait; null sets it aside.</param>
/// <param name="Attempts">How often the message was refused by now.</param>
/// <param name="Reason">Why it was not published.</param>
internal sealed record PutBack(ClaimedTimer Timer, TimeSpan? Pause, int Attempts, string? Reason)
{
    /// <summary>
    /// Decides what becomes of a timer that was not published. What the broker is to blame for keeps its due
    /// time and goes out when the broker is back; a message that was refused gets growing pauses and then waits for a person.
    /// </summary>
    internal static PutBack After(PublishedTimer publication, int attempts)
    {
        if (publication.Result == PublishResult.Unconfirmed)
            return new(publication.Timer, -publication.Timer.Lateness, publication.Timer.Attempts, publication.Reason);
        var attempt = publication.Timer.Attempts + 1;
        return new(publication.Timer, attempt < attempts ? TimeSpan.FromSeconds(Math.Pow(2, attempt)) : null, attempt, publication.Reason);
    }
}

namespace Mail.SenderService.Smtp.OAuth;

/// <summary>An access token. A class, not a record: a record's ToString would print it.</summary>
/// <param name="value">What is shown to the mail server.</param>
/// <param name="lifetime">For how long the provider says that it is good.</param>
/// <param name="asked">When it was asked for, a timestamp: its life is counted from there, which is earlier than it begins.</param>
/// <param name="time">The clock.</param>
internal sealed class AccessToken(string value, TimeSpan lifetime, long asked, TimeProvider time)
{
    private static readonly TimeSpan _maxAhead = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan _maxSpare = TimeSpan.FromSeconds(30);

    /// <summary>What is shown to the mail server.</summary>
    public string Value => value;

    /// <summary>
    /// For how long it may still be shown. The last moments of its life are left out: a server's clock may be ahead, and an e-mail takes
    /// its time.
    /// </summary>
    public TimeSpan Left => lifetime - Least(_maxSpare, lifetime / 10) - time.GetElapsedTime(asked);

    /// <summary>Whether it may still be shown.</summary>
    public bool IsUsable => Left > TimeSpan.Zero;

    /// <summary>In how long the next one is to be fetched: five minutes ahead, or at half of its life where that is later.</summary>
    public TimeSpan RenewIn
    {
        get
        {
            var wait = lifetime - Least(_maxAhead, lifetime / 2) - time.GetElapsedTime(asked);
            return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

namespace Mail.SenderService.Webhooks;

/// <summary>When a delivery that failed is tried again. Pure.</summary>
internal static class DeliverySchedule
{
    private static readonly TimeSpan _longest = TimeSpan.FromHours(24);

    // After the first try, which is at once.
    private static readonly TimeSpan[] _delays =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>How often a delivery is tried at the most.</summary>
    internal static int MaxAttempts => _delays.Length + 1;

    /// <summary>How long to wait; null where it is given up.</summary>
    /// <param name="attempts">How often it was tried.</param>
    /// <param name="result">What the last try came to.</param>
    /// <param name="jitter">From 0 to 1: a tenth less to a tenth more, so that those that failed together do not come together.</param>
    internal static TimeSpan? After(int attempts, DeliveryResult result, double jitter)
    {
        if (result.IsSuccess || result.IsGone || attempts > _delays.Length)
            return null;
        var delay = _delays[attempts - 1] * (0.9 + (0.2 * jitter));
        return Asked(result) is { } asked && asked > delay ? asked : delay;
    }

    /// <summary>For how long the endpoint asked to be left in peace, a day at the most; null where it did not.</summary>
    internal static TimeSpan? Asked(DeliveryResult result) => result.RetryAfter switch
    {
        { } asked when asked > _longest => _longest,
        { } asked when asked > TimeSpan.Zero => asked,
        _ => null,
    };
}

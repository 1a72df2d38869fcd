namespace Mail.SenderService;

/// <summary>
/// Lets a learned limit grow: a first refusal may have come early, and what a server allows changes. The step doubles while
/// it goes well; after a refusal it waits for ever more before the next try.
/// </summary>
internal sealed class PaceGrowth
{
    private const int LongestWait = 1024;
    private int _rounds = 1;
    private int _succeeded;

    /// <summary>How much the limit grows.</summary>
    public int Step { get; private set; } = 1;

    /// <summary>An e-mail got through. Returns whether the limit grows now.</summary>
    public bool Succeeded(int limit)
    {
        if (++_succeeded < (long)limit * _rounds)
            return false;
        _succeeded = 0;
        Step = Math.Min(Step * 2, Math.Max(1, limit / 2));
        return true;
    }

    /// <summary>One too many.</summary>
    public void Failed()
    {
        (_succeeded, Step) = (0, 1);
        _rounds = Math.Min(_rounds * 2, LongestWait);
    }
}

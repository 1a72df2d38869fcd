namespace Mail.SenderService.Rates;

/// <summary>
/// Lets a learned limit grow: a first refusal may have come early, and what a server allows changes. The step doubles while
/// it goes well; after a refusal it waits for ever more before the next try.
/// </summary>
internal sealed class PaceGrowth
{
    private const int LongestWait = 1024;
    private int _rounds = 1;
    private int _succeeded;
    private int _grown;
    private int _step = 1;

    /// <summary>An e-mail got through. Returns what the limit grows by now.</summary>
    public int Succeeded(int limit)
    {
        if (++_succeeded < (long)limit * _rounds)
            return 0;
        _succeeded = 0;
        _grown = _step;
        _step = Math.Min(_step * 2, Math.Max(1, limit / 2));
        return _grown;
    }

    /// <summary>One too many. Returns what the limit grew by last, and was never used up.</summary>
    public int Failed()
    {
        var grown = _grown;
        (_succeeded, _grown, _step) = (0, 0, 1);
        _rounds = Math.Min(_rounds * 2, LongestWait);
        return grown;
    }
}

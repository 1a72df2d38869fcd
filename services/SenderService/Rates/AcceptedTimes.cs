namespace Mail.SenderService.Rates;

/// <summary>When the last e-mails were accepted: a ring, so that counting costs an e-mail nothing. Not safe for several threads.</summary>
internal sealed class AcceptedTimes(TimeProvider time)
{
    private const int Most = 8192;
    private readonly long[] _at = new long[Most];
    private long _count;

    public void Add() => _at[_count++ % Most] = time.GetTimestamp();

    /// <summary>How many there were after a moment; <see cref="Most"/> stands for more too.</summary>
    public int Since(long moment) => (int)(_count - First(moment));

    /// <summary>The first after a moment; null where there was none.</summary>
    public long? FirstSince(long moment) => First(moment) is var first && first < _count ? _at[first % Most] : null;

    // They are in order.
    private long First(long moment)
    {
        long low = Math.Max(0, _count - Most), high = _count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_at[middle % Most] <= moment)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}

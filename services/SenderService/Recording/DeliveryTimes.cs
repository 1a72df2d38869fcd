namespace Mail.SenderService.Recording;

/// <summary>How long a hand-over takes at the moment: a moving average, for the forecast.</summary>
public sealed class DeliveryTimes
{
    // One slow reply is little of it, and a server that has become slow is known after some tens of e-mails.
    private const double Weight = 0.05;

    private double _average = double.NaN;

    /// <summary>Seconds; null before the first.</summary>
    public double? Seconds => Volatile.Read(ref _average) is var seconds && double.IsNaN(seconds) ? null : seconds;

    /// <summary>Counts a hand-over.</summary>
    public void Add(TimeSpan took)
    {
        double before, after;
        do
        {
            before = Volatile.Read(ref _average);
            after = double.IsNaN(before) ? took.TotalSeconds : before + (Weight * (took.TotalSeconds - before));
        }
        while (!Interlocked.CompareExchange(ref _average, after, before).Equals(before));
    }
}

namespace Mail.Tests.Servers.Smtp;

/// <summary>The system's time, moved on as tests want it.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _shift;

    public void Shift(TimeSpan by) => Interlocked.Add(ref _shift, (long)(by.TotalSeconds * TimestampFrequency));

    public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _shift);
}

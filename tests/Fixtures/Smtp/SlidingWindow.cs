namespace Mail.Tests.Fixtures.Smtp;

/// <summary>What a server allows that takes so many e-mails in any time of a length, and refuses the rest.</summary>
/// <param name="most">How many.</param>
/// <param name="length">In which time.</param>
public sealed class SlidingWindow(int most, TimeSpan length)
{
    private readonly Queue<long> _taken = new();

    /// <summary>Whether there is room for one more now, which then takes it.</summary>
    public bool Takes()
    {
        lock (_taken)
        {
            while (_taken.TryPeek(out var first) && TimeProvider.System.GetElapsedTime(first) >= length)
                _taken.Dequeue();
            if (_taken.Count >= most)
                return false;
            _taken.Enqueue(TimeProvider.System.GetTimestamp());
            return true;
        }
    }
}

namespace Mail.SenderService;

/// <summary>A pause that doubles each time in a row.</summary>
internal sealed class DoublingPause(TimeSpan shortest, TimeSpan longest)
{
    private TimeSpan? _next;

    /// <summary>The pause of this time.</summary>
    public TimeSpan Take()
    {
        var pause = _next ?? shortest;
        _next = pause * 2 < longest ? pause * 2 : longest;
        return pause;
    }

    /// <summary>What comes next is the first in a row.</summary>
    public void Reset() => _next = null;
}

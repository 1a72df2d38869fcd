namespace Mail.ConfigService.Page;

/// <summary>What differs between two texts, line by line: what they begin and end with alike is left out. Pure.</summary>
internal static class LineDifference
{
    /// <summary>The lines that went and those that came.</summary>
    internal static (IReadOnlyList<string> Removed, IReadOnlyList<string> Added) Between(string before, string after)
    {
        var (old, now) = (before.Split('\n'), after.Split('\n'));
        var start = 0;
        while (start < old.Length && start < now.Length && old[start] == now[start])
            start++;
        var end = 0;
        while (end < old.Length - start && end < now.Length - start && old[^(end + 1)] == now[^(end + 1)])
            end++;
        return (old[start..^end], now[start..^end]);
    }
}

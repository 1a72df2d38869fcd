namespace Mail.ConfigService.Liquid;

/// <summary>What the local names of a template stand for: a part of the data, or null for something else.</summary>
internal sealed class LocalNames : Dictionary<string, UsedVariable?>
{
    internal LocalNames()
        : base(StringComparer.Ordinal)
    {
    }

    internal LocalNames(LocalNames others)
        : base(others, StringComparer.Ordinal)
    {
    }
}

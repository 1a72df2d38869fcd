namespace Mail.Store;

/// <summary>What to do with a local time that a clock change leaves out.</summary>
public static class IfSkipped
{
    /// <summary>It is a mistake. The default of a single time.</summary>
    public const string Refuse = "refuse";

    /// <summary>Later, by the length of the gap. The default of a series.</summary>
    public const string After = "after";

    /// <summary>Earlier, by the length of the gap.</summary>
    public const string Before = "before";

    /// <summary>Not at all. Of a series alone.</summary>
    public const string Skip = "skip";

    /// <summary>What a single time may say.</summary>
    public static IReadOnlyList<string> OfTimes { get; } = [Refuse, After, Before];

    /// <summary>What a series may say.</summary>
    public static IReadOnlyList<string> OfSeries { get; } = [After, Before, Skip];
}

/// <summary>Which instant is meant by a local time that comes twice.</summary>
public static class IfRepeated
{
    /// <summary>The first one. The default.</summary>
    public const string First = "first";

    /// <summary>The second one.</summary>
    public const string Second = "second";

    /// <summary>Both words.</summary>
    public static IReadOnlyList<string> All { get; } = [First, Second];
}

/// <summary>A field that says what to do with a local time that a clock change leaves out.</summary>
public sealed class IfSkippedAttribute() : WordsAttribute(
    "What to do with a local time that a clock change leaves out. `refuse`: it is a mistake. `after`, `before`: later or earlier, by the "
    + "length of the gap. `skip`: not at all; of a series alone. A series takes no `refuse`.",
    IfSkipped.Refuse, IfSkipped.After, IfSkipped.Before, IfSkipped.Skip);

/// <summary>A field that says which instant is meant by a local time that comes twice.</summary>
public sealed class IfRepeatedAttribute() : WordsAttribute(
    "Which instant is meant by a local time that comes twice: the first or the second.", IfRepeated.All);

namespace Mail.Bench.Scheduler;

/// <summary>What to know before quoting a number.</summary>
internal static class Caveats
{
    internal static IReadOnlyList<string> All(Options options) =>
    [
        .. options.Quick ? ["--quick: too little work for numbers to show."] : Array.Empty<string>(),
    ];
}

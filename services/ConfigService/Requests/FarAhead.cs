namespace Mail.ConfigService.Requests;

/// <summary>Times that no person means, wherever one is given.</summary>
internal static class FarAhead
{
    /// <summary>What is said of such a time.</summary>
    internal const string Sentence = "is more than a hundred years ahead";

    /// <summary>Whether calculations with it could leave the calendar.</summary>
    internal static bool Is(DateTimeOffset? time, DateTimeOffset now) => time > now.AddYears(100);
}

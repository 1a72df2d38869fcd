namespace Mail.Hosting;

/// <summary>What to do about settings, in the same words everywhere: in answers, on the page and in the log.</summary>
public static class SettingHints
{
    /// <summary>The guide's hint, word for word.</summary>
    public const string Set = "Set these in your deployment platform's environment variables (e.g. Coolify, Render), not only in .env.";

    /// <summary>What follows says which, and what is wrong with them.</summary>
    public const string Correct = "Correct these in your deployment platform's environment variables, and restart the senders:";

    /// <summary>
    /// What is said where plain text has to be allowed: in other programs such a flag means STARTTLS, and who follows the name of the
    /// variable alone would send the login in the open.
    /// </summary>
    public const string PlainText =
        "SMTP_USE_TLS=false is plain text here: for port 587, 25 or 2525 of a provider leave it out; SMTP_ALLOW_PLAINTEXT=true is for a "
        + "local inbox.";

    /// <summary>What to do about what is missing and what can't be used; null where nothing is to do.</summary>
    /// <param name="missing">The variables that are not set.</param>
    /// <param name="invalid">The variables that are set and can't be used, each with what is wrong with it.</param>
    public static string? For(IReadOnlyCollection<string> missing, IReadOnlyDictionary<string, string> invalid)
    {
        var set = missing.Count == 0 ? null : Set;
        var plainText = missing.Contains("SMTP_ALLOW_PLAINTEXT", StringComparer.Ordinal) ? PlainText : null;
        var correct = invalid.Count == 0 ? null : $"{Correct} {Sentence(invalid)}.";
        return set is null && correct is null ? null : string.Join(' ', new[] { set, plainText, correct }.OfType<string>());
    }

    /// <summary>The variables that can't be used, each with what is wrong with it, without a full stop.</summary>
    public static string Sentence(IReadOnlyDictionary<string, string> invalid) =>
        string.Join("; ", invalid.Select(setting => $"{setting.Key} {setting.Value}"));

    /// <summary>What is missing and what can't be used, as the log and <c>/health/ready</c> say it.</summary>
    public static string Summary(IReadOnlyCollection<string> missing, IReadOnlyDictionary<string, string> invalid)
    {
        var lacks = missing.Count == 0 ? null : $"Missing: {string.Join(", ", missing)}";
        var unusable = invalid.Count == 0 ? null : $"Invalid: {Sentence(invalid)}";
        return string.Join(". ", new[] { lacks, unusable }.OfType<string>());
    }
}

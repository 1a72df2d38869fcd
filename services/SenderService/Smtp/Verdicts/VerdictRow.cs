using System.Text.RegularExpressions;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Settings;

namespace Mail.SenderService.Smtp.Verdicts;

/// <summary>
/// A row of the table of verdicts. It matches where everything that it names matches; what it leaves out matches anything.
/// </summary>
/// <param name="Id">Its name, as <c>last_error.verdict</c> shows it, such as <c>limit.rate</c>.</param>
/// <param name="Kind">The verdict.</param>
/// <param name="Stages">The stages that it is for.</param>
/// <param name="Hint">What the refusal means and what to do about it.</param>
/// <param name="Case">The case that it comes from: a server's words, or the rule of an RFC.</param>
public sealed record VerdictRow(string Id, VerdictKind Kind, SmtpStages Stages, string Hint, string Case)
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(1);
    private Lazy<Regex>? _words;
    private Lazy<Regex>? _unless;

    /// <summary>What broke; null for a row about a server's reply.</summary>
    public IReadOnlyList<SmtpFault>? Faults { get; init; }

    /// <summary>The reply codes, <c>y</c> and <c>z</c> standing for any digit: <c>421 5yz</c>.</summary>
    public string? Codes { get; init; }

    /// <summary>The enhanced codes (RFC 3463), <c>x</c> standing for 4 or 5: <c>x.2.2 5.7.60</c>.</summary>
    public string? Enhanced { get; init; }

    /// <summary>A pattern for the server's words without what the sender said itself (see <see cref="ServerWords"/>).</summary>
    public string? Words
    {
        get;
        init => (field, _words) = (value, Compiled(value));
    }

    /// <summary>A pattern of words with which the row does not match.</summary>
    public string? Unless
    {
        get;
        init => (field, _unless) = (value, Compiled(value));
    }

    /// <summary>The settings with which it matches, as <see cref="SettingsText"/> says them.</summary>
    public Predicate<SmtpOptions>? Settings { get; init; }

    /// <summary>The same for people.</summary>
    public string? SettingsText { get; init; }

    /// <summary>The trouble in a few words, where it is the sender's.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether a recipient that was refused with it goes into another transaction at once.</summary>
    public bool AtOnce { get; init; }

    /// <summary>
    /// The hint; before it what happened, where the server said nothing; behind it what the server said of an access token.
    /// </summary>
    internal string HintFor(DeliveryAttempt attempt)
    {
        var hint = attempt is { Reply: null, Error: [var first, ..] error } ? $"{char.ToUpperInvariant(first)}{error[1..]}. {Hint}" : Hint;
        return attempt.Complaint is { } complaint ? $"{hint} Of the access token the server says: {complaint}." : hint;
    }

    /// <summary>Whether the row decides in this case.</summary>
    internal bool Matches(RefusalCase refusal) =>
        (Stages & refusal.Stage) != SmtpStages.None
        && (Faults?.Contains(refusal.Fault) ?? refusal.Code is not null)
        && (Codes is null || IsOneOf(Codes, refusal.CodeText))
        && (Enhanced is null || IsOneOf(Enhanced, refusal.Enhanced))
        && (Settings is null || Settings(refusal.Options))
        && (_words is null || _words.Value.IsMatch(refusal.Words))
        && (_unless is null || !_unless.Value.IsMatch(refusal.Words));

    private static Lazy<Regex>? Compiled(string? pattern) => pattern is null
        ? null
        : new(() => new Regex(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, _longest));

    // "5yz" and "x.2.2" against what the server said, digit by digit.
    private static bool IsOneOf(string patterns, string? said)
    {
        if (said is null)
            return false;
        foreach (var range in patterns.AsSpan().Split(' '))
        {
            if (IsLike(patterns.AsSpan(range), said))
                return true;
        }

        return false;
    }

    private static bool IsLike(ReadOnlySpan<char> pattern, ReadOnlySpan<char> said)
    {
        if (pattern.Length != said.Length)
            return false;
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] != said[i] && !(pattern[i] is 'x' or 'y' or 'z' && char.IsAsciiDigit(said[i])))
                return false;
        }

        return true;
    }
}

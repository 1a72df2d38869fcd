using System.Text.Json.Serialization;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Holds;
using Mail.Hosting;
using Mail.Store;

namespace Mail.ConfigService.Forecasts;

/// <summary>The truth of the senders.</summary>
/// <param name="Configured">Whether a sender is live, and every live one has all it needs.</param>
/// <param name="Missing">The environment variables that any live sender lacks.</param>
/// <param name="Invalid">
/// The environment variables that a live sender can't use, each with what is wrong with it; left out where there are none.
/// </param>
/// <param name="Hint">
/// What to do about it; there where <c>configured</c> is false, everything is held back, or no sender can reach its server.
/// </param>
/// <param name="Held">True; there while everything is held back.</param>
[Example("""
    {"configured":false,"missing":["SMTP_HOST"],
     "hint":"Set these in your deployment platform's environment variables (e.g. Coolify, Render), not only in .env."}
    """)]
internal sealed record SendingStatus(
    bool Configured,
    IReadOnlyList<string> Missing,
    [property: InvalidSettings, JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    IReadOnlyDictionary<string, string>? Invalid,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Hint,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Held = null)
{
    internal const string NoSender = "No sender is running: start SenderService, or look at its log for why it stopped.";

    /// <param name="senders">The live ones.</param>
    /// <param name="everything">The hold on everything; null where there is none.</param>
    internal static SendingStatus From(IReadOnlyList<Sender> senders, Hold? everything = null)
    {
        var status = OfSenders(senders);
        if (everything is null)
            return status;
        var held = HoldNotice.Describe(everything);
        return status with { Held = true, Hint = status.Hint is null ? held : $"{held} {status.Hint}" };
    }

    private static SendingStatus OfSenders(IReadOnlyList<Sender> senders)
    {
        if (senders.Count == 0)
            return new(false, [], null, NoSender);
        var (missing, invalid) = (MissingOf(senders), InvalidOf(senders));
        if (SettingHints.For(missing, invalid) is { } hint)
            return new(false, missing, invalid.Count == 0 ? null : invalid, hint);
        return new(true, [], null, Blocked(senders) is { } why ? $"Nothing is sent: {why}." : null);
    }

    private static List<string> MissingOf(IEnumerable<Sender> senders) =>
        [.. senders.SelectMany(sender => sender.Missing).Distinct(StringComparer.Ordinal)];

    // Senders with different values of one variable each say what is wrong with theirs.
    private static Dictionary<string, string> InvalidOf(IEnumerable<Sender> senders) => senders
        .SelectMany(sender => sender.Invalid)
        .GroupBy(setting => setting.Key, setting => setting.Value, StringComparer.Ordinal)
        .ToDictionary(each => each.Key, each => string.Join("; ", each.Distinct(StringComparer.Ordinal)), StringComparer.Ordinal);

    /// <summary>Why none of the senders could send anything now, as the end of a sentence; null where one could.</summary>
    internal static string? Blocked(IReadOnlyList<Sender> senders)
    {
        if (senders.Count == 0)
            return "no sender is running";
        if (senders.Any(sender => sender.State == SenderState.Ready))
            return null;
        var every = senders.Count == 1 ? "the sender" : "every sender";
        if (senders.All(sender => sender.State == SenderState.Unconfigured))
            return Unconfigured(senders);
        var blocked = senders.First(sender => sender.State == SenderState.Blocked);
        // Told without a key and to every client, so in our own words: the operator finds the server's under GET /test-email/config.
        var (reason, hint) = (PublicWords.Reason(blocked.Reason), PublicWords.WithoutNames(blocked.Hint));
        return $"{every} is blocked{(reason is null ? "" : $" ({reason})")}{(hint is null ? "" : $". {hint}")}".TrimEnd('.');
    }

    private static string Unconfigured(IReadOnlyList<Sender> senders)
    {
        var (missing, invalid) = (MissingOf(senders), InvalidOf(senders));
        var lacks = missing.Count == 0 ? null : $"every sender lacks {string.Join(", ", missing)}";
        var unusable = invalid.Count == 0 ? null : $"every sender has settings that it can't use ({SettingHints.Sentence(invalid)})";
        return string.Join(", and ", new[] { lacks, unusable }.OfType<string>());
    }
}

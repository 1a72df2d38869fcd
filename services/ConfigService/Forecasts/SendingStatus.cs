using System.Text.Json.Serialization;
using Mail.ConfigService.Holds;
using Mail.Hosting;
using Mail.Store;

namespace Mail.ConfigService.Forecasts;

/// <summary>Whether e-mail can be sent, as the senders themselves say it, and whether it is held back. Pure.</summary>
/// <param name="Configured">Whether every live sender has all it needs, and there is one.</param>
/// <param name="Missing">What any of them lacks.</param>
/// <param name="Invalid">What any of them has and can't use, each with what is wrong with it; null, and left out, where there is none.</param>
/// <param name="Hint">What to do about it, also where all is configured and the server won't have it; null where nothing is to do.</param>
/// <param name="Held">True while everything is held back; else null, and left out.</param>
internal sealed record SendingStatus(
    bool Configured,
    IReadOnlyList<string> Missing,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string>? Invalid,
    string? Hint,
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

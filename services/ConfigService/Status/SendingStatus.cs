using System.Text.Json.Serialization;
using Mail.ConfigService.Holds;
using Mail.Hosting;
using Mail.Store;

namespace Mail.ConfigService.Status;

/// <summary>Whether e-mail can be sent, as the senders themselves say it, and whether it is held back. Pure.</summary>
/// <param name="Configured">Whether every live sender has all it needs, and there is one.</param>
/// <param name="Missing">What any of them lacks.</param>
/// <param name="Hint">What to do about it, also where all is configured and the server won't have it; null where nothing is to do.</param>
/// <param name="Held">True while everything is held back; else null, and left out.</param>
internal sealed record SendingStatus(bool Configured, IReadOnlyList<string> Missing, string? Hint,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Held = null)
{
    internal const string SetThese = "Set these in your deployment platform's environment variables (e.g. Coolify, Render), not only in .env.";
    internal const string NoSender = "No sender is running: start SenderService, or look at its log for why it stopped.";

    /// <param name="senders">The live ones.</param>
    /// <param name="everything">The hold on everything; null where there is none.</param>
    internal static SendingStatus Of(IReadOnlyList<Sender> senders, Hold? everything = null)
    {
        var status = OfSenders(senders);
        if (everything is null)
            return status;
        var held = HoldNotice.Of(everything);
        return status with { Held = true, Hint = status.Hint is null ? held : $"{held} {status.Hint}" };
    }

    private static SendingStatus OfSenders(IReadOnlyList<Sender> senders)
    {
        if (senders.Count == 0)
            return new(false, [], NoSender);
        var missing = senders.SelectMany(sender => sender.Missing).Distinct(StringComparer.Ordinal).ToList();
        if (missing.Count > 0)
            return new(false, missing, SetThese);
        return new(true, [], Blocked(senders) is { } why ? $"Nothing is sent: {why}." : null);
    }

    /// <summary>Why none of the senders could send anything now, as the end of a sentence; null where one could.</summary>
    internal static string? Blocked(IReadOnlyList<Sender> senders)
    {
        if (senders.Count == 0)
            return "no sender is running";
        if (senders.Any(sender => sender.State == SenderState.Ready))
            return null;
        var every = senders.Count == 1 ? "the sender" : "every sender";
        var lacking = senders.Where(sender => sender.State == SenderState.Unconfigured).SelectMany(sender => sender.Missing).Distinct(StringComparer.Ordinal).ToList();
        if (senders.All(sender => sender.State == SenderState.Unconfigured))
            return $"every sender lacks {string.Join(", ", lacking)}";
        var blocked = senders.First(sender => sender.State == SenderState.Blocked);
        // Told without a key and to every client, so in our own words: the operator finds the server's under GET /test-email/config.
        var (reason, hint) = (PublicWords.Reason(blocked.Reason), PublicWords.Of(blocked.Hint));
        return $"{every} is blocked{(reason is null ? "" : $" ({reason})")}{(hint is null ? "" : $". {hint}")}".TrimEnd('.');
    }
}

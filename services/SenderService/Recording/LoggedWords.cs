using Mail.Store;

namespace Mail.SenderService.Recording;

/// <summary>
/// What a server said, as sentences for the log: without the addresses of recipients, which servers like to repeat. Pure.
/// </summary>
internal static class LoggedWords
{
    /// <summary>The texts that are there, each ended by a full stop; empty where there is none.</summary>
    /// <param name="email">The e-mail that they are about; null where they are about none.</param>
    /// <param name="texts">A reply, a hint.</param>
    internal static string Sentences(ScheduledEmail? email, params ReadOnlySpan<string?> texts)
    {
        var sentences = new List<string>();
        foreach (var text in texts)
        {
            if (!string.IsNullOrWhiteSpace(text))
                sentences.Add(Ended(WithoutRecipients(email, text.Trim())));
        }

        return string.Join(' ', sentences);
    }

    /// <summary>The same behind another sentence: with a blank before it, where there is anything.</summary>
    internal static string Following(ScheduledEmail? email, string? text) =>
        Sentences(email, text) is { Length: > 0 } sentence ? $" {sentence}" : "";

    private static string Ended(string text) => text[^1] is '.' or '!' or '?' ? text : $"{text}.";

    private static string WithoutRecipients(ScheduledEmail? email, string text)
    {
        foreach (var mailbox in email is null ? [] : email.To.Concat(email.Cc).Concat(email.Bcc))
        {
            var from = mailbox.LastIndexOf('<');
            var address = from < 0 ? mailbox.Trim() : mailbox[(from + 1)..].TrimEnd(' ', '>');
            if (address.Length > 0)
                text = text.Replace(address, "[recipient]", StringComparison.OrdinalIgnoreCase);
        }

        return text;
    }
}

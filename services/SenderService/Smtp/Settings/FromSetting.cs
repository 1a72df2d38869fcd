using Mail.Store;

namespace Mail.SenderService.Smtp.Settings;

/// <summary>
/// <c>SMTP_FROM_EMAIL</c>, taken apart: other programs want the name in it as well (<c>Your App &lt;noreply@example.com&gt;</c>), and
/// what is copied from a page is a <c>mailto:</c> link.
/// </summary>
internal static class FromSetting
{
    private const string MailTo = "mailto:";

    /// <summary>Takes it apart. A refusal ends a sentence that begins with the variable's name.</summary>
    internal static (Mailbox? Mailbox, string? Refusal) Parse(string text)
    {
        if (text.StartsWith(MailTo, StringComparison.OrdinalIgnoreCase))
            text = Uri.UnescapeDataString(text[MailTo.Length..].Split('?')[0]).Trim();
        if (LoginSetting.Unseen(text) is { } unseen)
            return (null, unseen);
        // Some platforms escape the quotes beside (coollabsio/coolify 7635).
        text = text.Replace("\\\"", "\"", StringComparison.Ordinal);
        if ((Mailbox.Parse(text, out _) ?? WithAnyName(text)) is { } mailbox)
            return (mailbox.Name is ['\'', .. var name, '\''] ? mailbox with { Name = name } : mailbox, null);
        if (text.Count(character => character == '@') > 1 || text.AsSpan().ContainsAny(',', ';'))
            return (null, "has more than one address, or a comma: write one address");
        if (text.Contains(' ', StringComparison.Ordinal))
            return (null, "has a blank inside the address: remove it, and put a name into SMTP_FROM_NAME");
        return (null, "is no e-mail address");
    }

    // In a header a name with a comma or a colon needs quotes. Here it can be nothing else.
    private static Mailbox? WithAnyName(string text)
    {
        var begin = text.IndexOf('<', StringComparison.Ordinal);
        if (begin <= 0 || !text.EndsWith('>') || text.AsSpan(0, begin).Contains('"'))
            return null;
        var name = text[..begin].Trim();
        // Two addresses, rather than a name that has an @.
        if (name.Contains('@', StringComparison.Ordinal) && name.AsSpan().ContainsAny(',', ';'))
            return null;
        return Mailbox.Parse(text[begin..], out _) is { } bare ? bare with { Name = name } : null;
    }
}

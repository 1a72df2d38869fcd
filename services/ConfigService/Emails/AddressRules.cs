using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary>What counts as an address: what a sender reads as one, see <see cref="Mailbox"/>.</summary>
internal static class AddressRules
{
    /// <summary>What is wrong with it, or null.</summary>
    internal static string? Refuse(string text)
    {
        if (text.Length > EmailFields.MaxMailbox)
            return $"is longer than {EmailFields.MaxMailbox} characters";
        return Mailbox.Parse(text, out var refusal) is null ? refusal : null;
    }

    /// <summary>Mailboxes of a field.</summary>
    internal static List<string> Read(ObjectReader fields, string field, bool required = false)
    {
        var addresses = new List<string>();
        var any = false;
        foreach (var (element, pointer) in fields.Items(field, required))
        {
            any = true;
            if (!JsonText.TryString(element, pointer, fields.Errors, out var text))
                continue;
            if (Refuse(text) is { } sentence)
                fields.Errors.Add(pointer, sentence);
            addresses.Add(text);
        }

        if (required && !any && fields.IsArray(field))
            fields.Errors.Add(fields.Pointer(field), "must name at least one recipient");
        return addresses;
    }
}

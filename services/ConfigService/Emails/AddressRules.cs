using Mail.ConfigService.Requests;
using MimeKit;

namespace Mail.ConfigService.Emails;

/// <summary>What counts as an address: one mailbox (RFC 5322 section 3.4), international ones included (RFC 6531).</summary>
internal static class AddressRules
{
    // RFC 5321 section 4.5.3.1: octets of the local part and of the path between the angle brackets.
    private const int MostLocalPart = 64;
    private const int MostAddress = 254;
    private const int MostCharacters = 998;

    private static readonly ParserOptions _strict = new()
    {
        AddressParserComplianceMode = RfcComplianceMode.Strict,
        AllowAddressesWithoutDomain = false,
        AllowUnquotedCommasInAddresses = false,
    };

    /// <summary>What is wrong with it, or null.</summary>
    internal static string? Refuse(string text)
    {
        if (ObjectReader.HasLineBreak(text))
            return "must not contain line breaks";
        if (text.Length > MostCharacters)
            return $"is longer than {MostCharacters} characters";
        if (!MailboxAddress.TryParse(_strict, text, out var mailbox) || mailbox is null)
            return "not an e-mail address";
        if (mailbox.Route.Count > 0)
            return "not an e-mail address: source routes are obsolete";
        var at = mailbox.Address.LastIndexOf('@');
        if (at <= 0 || at == mailbox.Address.Length - 1)
            return "not an e-mail address";
        var octets = System.Text.Encoding.UTF8.GetByteCount(mailbox.Address);
        if (System.Text.Encoding.UTF8.GetByteCount(mailbox.Address.AsSpan(0, at)) > MostLocalPart || octets > MostAddress)
            return "not an e-mail address: too long";
        return IsDomain(mailbox.Address[(at + 1)..]) ? null : "not an e-mail address: its domain is not one";
    }

    private static bool IsDomain(string domain)
    {
        if (domain.StartsWith('[') && domain.EndsWith(']'))
            return true;
        foreach (var label in domain.Split('.'))
        {
            if (label.Length is 0 or > 63 || label.StartsWith('-') || label.EndsWith('-'))
                return false;
            foreach (var character in label)
            {
                if (!char.IsLetterOrDigit(character) && character is not '-' and not '_' && character < 128)
                    return false;
            }
        }

        return true;
    }
}

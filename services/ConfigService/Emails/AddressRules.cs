using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary>What counts as an address: what a sender reads as one, see <see cref="Mailbox"/>.</summary>
internal static class AddressRules
{
    private const int MaxCharacters = 998;

    /// <summary>What is wrong with it, or null.</summary>
    internal static string? Refuse(string text)
    {
        if (text.Length > MaxCharacters)
            return $"is longer than {MaxCharacters} characters";
        return Mailbox.Parse(text, out var refusal) is null ? refusal : null;
    }
}

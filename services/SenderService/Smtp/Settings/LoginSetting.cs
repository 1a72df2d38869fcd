using System.Text.RegularExpressions;
using Mail.Hosting;

namespace Mail.SenderService.Smtp.Settings;

/// <summary>
/// What a login can't be: a server would refuse it, and not say why. A refusal ends a sentence that begins with the variable's name.
/// </summary>
internal static partial class LoginSetting
{
    /// <summary>What is wrong with a user's name; null where nothing is.</summary>
    internal static string? Refuse(string text)
    {
        if (Unseen(text) is { } why)
            return why;
        var isAddress = text.Contains('@', StringComparison.Ordinal);
        if (isAddress && text.Contains('<', StringComparison.Ordinal))
            return "has a name beside the address: write the address alone";
        return isAddress && text.Contains(' ', StringComparison.Ordinal) ? "has a blank inside the address: remove it" : null;
    }

    /// <summary>What is wrong with a password; null where nothing is. Any letter may be meant in it.</summary>
    internal static string? RefuseSecret(string text)
    {
        if (text.Length > 3 && (text.All(character => character == '*') || text.All(character => character is '•' or '●')))
            return "is what a form shows in place of a password: write the password itself";
        return SettingText.RefuseUnseen(text);
    }

    /// <summary>
    /// A character that can't be seen, or that only looks like one of ASCII: word processors put them in, and they are copied.
    /// </summary>
    internal static string? Unseen(string text) =>
        SettingText.RefuseUnseen(text)
        ?? (Lookalike().IsMatch(text) ? "has a character that only looks like an ordinary one: type it anew" : null);

    // A full-width form; a dash that is no hyphen; Greek or Cyrillic letters within a word that has Latin ones as well.
    [GeneratedRegex(
        @"[\uFF01-\uFF5E\u2010-\u2015\u2212\u3002]|[A-Za-z][^.@\s]*[\u0370-\u052F]|[\u0370-\u052F][^.@\s]*[A-Za-z]",
        RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Lookalike();
}

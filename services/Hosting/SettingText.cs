using System.Globalization;

namespace Mail.Hosting;

/// <summary>
/// The text of a setting, as forms, files and the clipboard hand it on. A refusal is the end of a sentence that begins with the
/// variable's name. It is shown without a key, so it never has a part of the value.
/// </summary>
public static class SettingText
{
    /// <summary>What is said of a value in quotes.</summary>
    public const string InQuotes = "begins and ends with a quote: remove them";

    private static readonly (char Begin, char End)[] _quotes =
        [('"', '"'), ('\'', '\''), ('`', '`'), ('“', '”'), ('‘', '’'), ('„', '“'), ('«', '»')];

    private static readonly (string Begin, string End)[] _references =
    [
        ("${", "}"), ("$(", ")"), ("{{", "}}"), ("<%", "%>"), ("@Microsoft.KeyVault(", ")"),
        // AWS, 1Password, Vault, Azure Container Apps, SOPS.
        ("arn:aws:secretsmanager:", ""), ("arn:aws:ssm:", ""), ("op://", ""), ("vault:secret/", ""), ("secretref:", ""),
        ("ENC[AES256_GCM", ""),
    ];

    /// <summary>
    /// The text without invisible characters at its ends: white space, line breaks, byte order marks, zero-width characters.
    /// </summary>
    public static string Trim(string text)
    {
        var (begin, end) = (0, text.Length);
        while (begin < end && IsOuter(text[begin]))
            begin++;
        while (end > begin && IsOuter(text[end - 1]))
            end--;
        return text[begin..end];
    }

    /// <summary>What is wrong with a value, whatever it is for; null where nothing is.</summary>
    /// <param name="name">The variable's name.</param>
    /// <param name="text">Its trimmed value.</param>
    public static string? Refuse(string name, string text)
    {
        if (IsQuoted(text))
            return InQuotes;
        if (text.StartsWith($"{name}=", StringComparison.Ordinal))
            return "begins with its own name: leave the name and the = after it out";
        if (RefuseReference(text) is { } reference)
            return reference;
        if (text.AsSpan().ContainsAny('\r', '\n'))
            return "has a line break in it: write it in one line";
        return text.Any(char.IsControl) ? "has a control character in it: type it anew" : null;
    }

    /// <summary>What is said of a value that a platform should have replaced by another; null where it is none.</summary>
    internal static string? RefuseReference(string text) =>
        IsVariable(text) || Array.Exists(
            _references,
            each => text.StartsWith(each.Begin, StringComparison.Ordinal) && text.EndsWith(each.End, StringComparison.Ordinal))
            ? "is a reference that nothing has replaced by a value: write the value itself"
            : null;

    /// <summary>What can't be seen in a value that is not meant for reading: an address, a password; null where there is nothing.</summary>
    public static string? RefuseUnseen(string text)
    {
        if (text.Any(character => char.GetUnicodeCategory(character) == UnicodeCategory.Format || character == '\uFFFD'))
            return "has a character in it that can't be seen: type it anew";
        return text.Any(character => character != ' ' && char.IsWhiteSpace(character))
            ? "has a blank in it that is not an ordinary one: type it anew"
            : null;
    }

    // $POSTGRES_PASSWORD. In capitals and of several words, as such variables are named: a password may begin with a dollar sign.
    private static bool IsVariable(string text) =>
        text is ['$', >= 'A' and <= 'Z', ..] && text.Contains('_', StringComparison.Ordinal)
        && text.Skip(1).All(character => char.IsAsciiLetterUpper(character) || char.IsAsciiDigit(character) || character == '_');

    // Some platforms escape the quotes beside (coollabsio/coolify 7635).
    private static bool IsQuoted(string text)
    {
        var begin = text.StartsWith('\\') && text.Length > 3 && text[^2] == '\\' ? 1 : 0;
        return text.Length > begin + 1 && Array.Exists(_quotes, quote => text[begin] == quote.Begin && text[^1] == quote.End);
    }

    private static bool IsOuter(char character) =>
        char.IsWhiteSpace(character) || char.IsControl(character) || char.GetUnicodeCategory(character) == UnicodeCategory.Format;
}

using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;

namespace Mail.Store;

/// <summary>
/// One mailbox as callers write it: <c>ada@example.com</c> or <c>Ada Lovelace &lt;ada@example.com&gt;</c> (RFC 5322, 3.4), international
/// ones included (RFC 6531). The API accepts what this accepts, and a sender writes what this reads, so that a name arrives as it was
/// written. What RFC 5322 gives another meaning outside quotes (a comment is dropped, a comma begins another mailbox) is no part of a name
/// here: parentheses are kept, and the others are refused unless the name is in quotes.
/// </summary>
/// <param name="Name">The display name, without its quotes; empty where there is none.</param>
/// <param name="Address">The address alone.</param>
public sealed record Mailbox(string Name, string Address)
{
    // RFC 5321, 4.5.3.1: octets of the local part, and of the path between the angle brackets.
    private const int MaxLocalPart = 64;
    private const int MaxAddress = 254;
    private const string NotOne = "not an e-mail address";
    private const string Example = "as in \"Doe, Ada\" <ada@example.com>";

    private static readonly SearchValues<char> _special = SearchValues.Create("\",;:<>@[]\\");
    private static readonly IdnMapping _idn = new() { AllowUnassigned = true };

    /// <summary>Reads a mailbox.</summary>
    /// <param name="text">The text.</param>
    /// <param name="refusal">What is wrong with it, and what would be right; empty where nothing is.</param>
    /// <returns>Null where it is refused.</returns>
    public static Mailbox? Parse(string text, out string refusal)
    {
        refusal = "";
        if (text.AsSpan().ContainsAny('\r', '\n'))
            return Refuse("must not contain line breaks", out refusal);
        if (text.Any(character => char.IsControl(character) && character != '\t'))
            return Refuse("must not contain control characters", out refusal);
        var trimmed = text.Trim();
        if (!trimmed.EndsWith('>'))
            return OfAddress("", trimmed, out refusal);
        var rest = trimmed.AsSpan();
        string name;
        if (rest[0] == '"')
        {
            var end = EndOfQuoted(rest);
            if (end < 0)
                return Refuse($"{NotOne}: the quotes of its name do not end", out refusal);
            name = Unquote(rest[..end]);
            rest = rest[end..].TrimStart();
            if (rest[0] != '<')
                return Refuse($"{NotOne}: only a part of its name is in quotes: put the whole name in them, {Example}", out refusal);
        }
        else
        {
            var begin = rest.IndexOf('<');
            if (begin < 0)
                return Refuse(NotOne, out refusal);
            name = rest[..begin].Trim().ToString();
            rest = rest[begin..];
            if (name.AsSpan().IndexOfAny(_special) is >= 0 and var at)
                return Refuse($"{NotOne}: its name has {Said(name[at])}: put the name in quotes, {Example}", out refusal);
        }

        return OfAddress(name, rest[1..^1].Trim().ToString(), out refusal);
    }

    /// <summary>The end of the quoted string at the beginning of a text; negative where it has none.</summary>
    private static int EndOfQuoted(ReadOnlySpan<char> text)
    {
        for (var index = 1; index < text.Length; index++)
        {
            if (text[index] == '\\')
                index++;
            else if (text[index] == '"')
                return index + 1;
        }

        return -1;
    }

    private static string Unquote(ReadOnlySpan<char> quoted)
    {
        var text = new StringBuilder(quoted.Length);
        for (var index = 1; index < quoted.Length - 1; index++)
            text.Append(quoted[index] == '\\' ? quoted[++index] : quoted[index]);
        return text.ToString();
    }

    private static Mailbox? OfAddress(string name, string address, out string refusal)
    {
        refusal = "";
        if (address.StartsWith('@'))
            return Refuse($"{NotOne}: source routes are obsolete", out refusal);
        var quoted = address.StartsWith('"');
        var at = quoted ? EndOfQuoted(address) : address.LastIndexOf('@');
        if (at <= 0 || at >= address.Length - 1 || address[at] != '@')
            return Refuse(Several(address) ?? NotOne, out refusal);
        var local = address[..at];
        if (!quoted && Wrong(local) is { } wrong)
            return Refuse(Several(address) ?? $"{NotOne}: {wrong}", out refusal);
        if (Encoding.UTF8.GetByteCount(local) > MaxLocalPart || Encoding.UTF8.GetByteCount(address) > MaxAddress)
            return Refuse($"{NotOne}: too long", out refusal);
        return IsDomain(address[(at + 1)..]) ? new(name, address) : Refuse($"{NotOne}: its domain is not one", out refusal);
    }

    private static string? Several(string address) =>
        address.Contains(':', StringComparison.Ordinal) && address.EndsWith(';')
            ? $"{NotOne}: a group; give each of its addresses an entry of its own"
        : address.AsSpan().ContainsAny(',', ';')
            ? $"{NotOne}: give each address an entry of its own, and put a name that has a comma in quotes, {Example}"
        : null;

    // RFC 5322, 3.2.3: atoms with single dots between them; RFC 6531, 3.3 adds what is beyond ASCII.
    private static string? Wrong(string local)
    {
        if (local.Split('.').Any(atom => atom.Length == 0))
            return $"dots stand side by side or at an end before its @: put that part in quotes, \"{local}\"@…";
        foreach (var character in local)
        {
            if (!(char.IsAsciiLetterOrDigit(character) || character is '.'
                || "!#$%&'*+-/=?^_`{|}~".Contains(character, StringComparison.Ordinal)
                || (character >= 128 && !char.IsControl(character) && !char.IsWhiteSpace(character))))
            {
                return $"it has {Said(character)} before its @: put that part in quotes, or the name before <…>";
            }
        }

        return null;
    }

    private static bool IsDomain(string domain)
    {
        if (domain.StartsWith('[') && domain.EndsWith(']'))
        {
            return IPAddress.TryParse(
                domain.StartsWith("[IPv6:", StringComparison.OrdinalIgnoreCase) ? domain[6..^1] : domain[1..^1], out _);
        }

        try
        {
            return (Ascii.IsValid(domain) ? domain : _idn.GetAscii(domain)).Split('.').All(IsLabel);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && !label.StartsWith('-') && !label.EndsWith('-')
        && label.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');

    private static string Said(char character) => character switch
    {
        ',' => "a comma",
        ' ' or '\t' => "white space",
        '"' => "quotes",
        _ => $"a {character}",
    };

    private static Mailbox? Refuse(string sentence, out string refusal)
    {
        refusal = sentence;
        return null;
    }
}

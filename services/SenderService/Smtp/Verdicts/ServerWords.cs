using System.Text.RegularExpressions;
using Mail.SenderService.Smtp.Settings;

namespace Mail.SenderService.Smtp.Verdicts;

/// <summary>
/// The server's own words. A server quotes addresses, the name in EHLO and its own host: <c>&lt;throttle@example.org&gt;: user unknown</c>
/// is not about a rate. What was said by the sender is replaced by what it is, so that a row can still tell whom a reply names.
/// </summary>
internal static partial class ServerWords
{
    private static readonly (string Open, string Close)[] _quotes =
        [("<", ">"), ("\"", "\""), ("'", "'"), ("(", ")"), ("[", "]"), ("`", "'"), (" ", "...")];

    /// <summary>
    /// Replaces the sender address, recipients, other addresses and names by <c>{from}</c>, <c>{to}</c>, <c>{address}</c> and
    /// <c>{name}</c>.
    /// </summary>
    /// <param name="reply">The whole reply in one line.</param>
    /// <param name="said">What was said.</param>
    /// <param name="options">The settings, whose host and sender a server may name at any stage.</param>
    public static string WithPlaceholders(string reply, SaidBySender said, SmtpOptions options)
    {
        var words = reply;
        foreach (var from in (ReadOnlySpan<string?>)[said.From, options.FromEmail])
            words = Without(words, from, "{from}");
        foreach (var to in said.To)
            words = Without(words, to, "{to}");
        words = AnyAddress().Replace(words, "{address}");
        foreach (var name in (ReadOnlySpan<string?>)[
            said.Hello, options.EhloName, options.Host, Domain(said.From), Domain(options.FromEmail),
        ])
        {
            words = Without(words, name, "{name}");
        }

        foreach (var to in said.To)
        {
            words = Without(words, Domain(to), "{name}");
            words = WithoutQuoted(words, Local(to));
        }

        foreach (var quoted in (ReadOnlySpan<string?>)[Local(said.From ?? options.FromEmail), options.FromName, said.Subject])
            words = WithoutQuoted(words, quoted);
        return words;
    }

    private static string? Domain(string? address) => address?[(address.LastIndexOf('@') + 1)..];

    private static string? Local(string? address) =>
        address is null || address.LastIndexOf('@') is not (> 0 and var at) ? null : address[..at];

    // As a whole: not where it is a part of another name or address.
    private static string Without(string words, string? name, string mark)
    {
        if (string.IsNullOrEmpty(name))
            return words;
        for (var at = 0; (at = words.IndexOf(name, at, StringComparison.OrdinalIgnoreCase)) >= 0;)
        {
            var end = at + name.Length;
            if ((at > 0 && IsOfName(words[at - 1])) || (end < words.Length && IsOfName(words[end]) && !EndsSentence(words, end)))
            {
                at++;
                continue;
            }

            words = string.Concat(words.AsSpan(0, at), mark, words.AsSpan(end));
            at += mark.Length;
        }

        return words;
    }

    // A name without a domain may be a word of the server's too: it is taken out only where it is quoted, or where Sendmail puts dots
    // behind it.
    private static string WithoutQuoted(string words, string? name)
    {
        if (string.IsNullOrEmpty(name) || !words.Contains(name, StringComparison.OrdinalIgnoreCase))
            return words;
        foreach (var (open, close) in _quotes)
            words = words.Replace(open + name + close, open + "{name}" + close, StringComparison.OrdinalIgnoreCase);
        return words;
    }

    private static bool IsOfName(char letter) => char.IsLetterOrDigit(letter) || letter is '-' or '_' or '.' or '@' or '+';

    private static bool EndsSentence(string words, int at) => words[at] == '.' && (at + 1 == words.Length || !IsOfName(words[at + 1]));

    [GeneratedRegex(
        @"[^\s<>()\[\]{}:;,""'`=/?&]+@[^\s<>()\[\]{}:;,""'`?&]*[^\s<>()\[\]{}:;,""'`?&.]",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AnyAddress();
}

using System.Net;
using System.Text.RegularExpressions;

namespace Mail.ConfigService.Attachments;

/// <summary>
/// Where an HTML text refers to inline attachments by <c>cid:</c> URLs (RFC 2392): attributes that are one, lists of pictures
/// (<c>srcset</c>), and CSS in attributes and style sheets. What merely reads like one, in a text or a comment, is none. Pure.
/// </summary>
internal static partial class CidReferences
{
    /// <summary>A reference.</summary>
    /// <param name="ContentId">What it refers to, decoded.</param>
    /// <param name="At">Where in the HTML the URL stands.</param>
    internal readonly record struct Reference(string ContentId, Range At);

    /// <summary>All references, in their order.</summary>
    internal static IEnumerable<Reference> Find(string html)
    {
        // What nearly no HTML has costs nearly nothing to look for.
        if (!html.Contains("cid", StringComparison.OrdinalIgnoreCase))
            yield break;
        for (var at = 0; at < html.Length;)
        {
            var open = html.IndexOf('<', at);
            if (open < 0)
                yield break;
            at = open + 1;
            if (IsComment(html, open, out var end))
            {
                at = end;
                continue;
            }

            if (at >= html.Length || !(char.IsAsciiLetter(html[at]) || html[at] == '/'))
                continue;
            var name = TagName().Match(html, at).Value;
            at += name.Length;
            foreach (var reference in InAttributes(html, at, out at))
                yield return reference;
            if (!name.Equals("style", StringComparison.OrdinalIgnoreCase))
                continue;
            var close = html.IndexOf("</style", at, StringComparison.OrdinalIgnoreCase);
            foreach (var reference in InCss(html, at, close < 0 ? html.Length : close))
                yield return reference;
            at = close < 0 ? html.Length : close;
        }
    }

    // What stands in a conditional comment is markup for Outlook, and pictures are among it. What stands between <!--[if !mso]><!--> and
    // <!--<![endif]--> is markup for all others: <!--> is a comment of its own (https://html.spec.whatwg.org/#comment-start-state).
    private static bool IsComment(string html, int open, out int end)
    {
        end = open;
        if (string.CompareOrdinal(html, open, "<!--", 0, 4) != 0 || string.CompareOrdinal(html, open, "<!--[if", 0, 7) == 0)
            return false;
        var close = html.IndexOf("-->", open + 2, StringComparison.Ordinal);
        end = close < 0 ? html.Length : close + 3;
        return true;
    }

    // The attributes of a tag, and where the tag ends (https://html.spec.whatwg.org/#before-attribute-name-state).
    private static List<Reference> InAttributes(string html, int from, out int end)
    {
        var found = new List<Reference>();
        end = from;
        while (end < html.Length && html[end] != '>')
        {
            // Not by the expression: where no name follows, it would go over the same blanks again from each of them.
            if (char.IsWhiteSpace(html[end]) || html[end] == '/')
            {
                end++;
                continue;
            }

            var attribute = Attribute().Match(html, end);
            if (!attribute.Success)
            {
                end++;
                continue;
            }

            end = attribute.Index + attribute.Length;
            if (attribute.Groups["value"] is not { Success: true, Length: > 0 } value)
                continue;
            var (first, last) = (value.Index, value.Index + value.Length);
            var name = attribute.Groups["name"].ValueSpan;
            if (name.Equals("style", StringComparison.OrdinalIgnoreCase))
                found.AddRange(InCss(html, first, last));
            else if (name.EndsWith("srcset", StringComparison.OrdinalIgnoreCase))
                Add(found, Candidate().Matches(html[first..last]), first);
            else
                Add(found, Whole().Matches(html[first..last]), first);
        }

        return found;
    }

    private static List<Reference> InCss(string html, int from, int to)
    {
        var found = new List<Reference>();
        Add(found, Css().Matches(html[from..to]), from);
        return found;
    }

    private static void Add(List<Reference> found, MatchCollection matches, int offset)
    {
        foreach (Match match in matches)
        {
            var url = match.Groups["url"];
            var contentId = Uri.UnescapeDataString(WebUtility.HtmlDecode(match.Groups["id"].Value));
            found.Add(new(contentId, (offset + url.Index)..(offset + url.Index + url.Length)));
        }
    }

    // The scheme in any case, its colon perhaps as an entity.
    private const string Scheme = "(?<url>[cC][iI][dD](:|&colon;|&#58;|&#[xX]3[aA];)";

    [GeneratedRegex(@"\G/?[A-Za-z][^\s/>]*", RegexOptions.None, 1000)]
    private static partial Regex TagName();

    [GeneratedRegex(
        @"\G(?<name>[^\s/>=]+)(\s*=\s*(""(?<value>[^""]*)""?|'(?<value>[^']*)'?|(?<value>[^\s>""']+)))?",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Attribute();

    [GeneratedRegex(@"^\s*" + Scheme + @"(?<id>[^\s]*))\s*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Whole();

    [GeneratedRegex(@"(^|[\s,])" + Scheme + @"(?<id>[^\s,]*))", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Candidate();

    [GeneratedRegex(
        @"(^|[\s(""',]|&quot;|&#3[49];|&apos;)" + Scheme + @"(?<id>((?!&quot;|&#3[49];|&apos;)[^\s""'()<>,;])*))",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Css();
}

using System.Text;
using MimeKit.Text;

namespace Mail.ConfigService.Liquid;

/// <summary>
/// The text of HTML, for those who read no HTML: headings underlined, lists with dashes or numbers, the cells of a table beside each other,
/// links with their target, images by their words. Nothing of styles and scripts. Pure.
/// </summary>
internal static class HtmlText
{
    /// <summary>Makes the text.</summary>
    internal static string From(string html)
    {
        var writer = new HtmlTextWriter();
        var tokenizer = new HtmlTokenizer(new StringReader(html)) { DecodeCharacterReferences = true };
        string? hidden = null;
        while (tokenizer.ReadNextToken(out var token))
        {
            if (token is HtmlTagToken tag)
            {
                var name = tag.Name.ToLowerInvariant();
                if (hidden is not null)
                {
                    if (tag.IsEndTag && name == hidden)
                        hidden = null;
                }
                else if (!tag.IsEndTag && !tag.IsEmptyElement
                    && name is "script" or "style" or "head" or "template" or "noscript" or "svg" or "object")
                {
                    hidden = name;
                }
                else if (tag.IsEndTag)
                {
                    writer.End(name);
                }
                else
                {
                    writer.Start(name, tag);
                }
            }
            else if (hidden is null && token is HtmlDataToken { Kind: HtmlTokenKind.Data } data)
            {
                writer.Text(data.Data);
            }
        }

        return Tidied(writer.ToString());
    }

    // Without blanks at the ends of lines, and without empty lines in a row.
    private static string Tidied(string text)
    {
        var kept = new StringBuilder();
        var empty = 0;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan(range).TrimEnd();
            empty = line.IsEmpty ? empty + 1 : 0;
            if (empty <= 1 && !(kept.Length == 0 && line.IsEmpty))
                kept.Append(line).Append('\n');
        }

        return kept.ToString().Trim('\n') is { Length: > 0 } tidied ? $"{tidied}\n" : "";
    }

    /// <summary>Whether an element stands in lines of its own.</summary>
    internal static bool IsBlock(string name) =>
        name is "div" or "tr" or "li" or "section" or "article" or "header" or "footer" or "main" or "nav" or "aside"
            or "address" or "figure" or "figcaption" or "center" or "dl" or "dt" or "dd" or "form" or "fieldset" or "tbody" or "thead"
            or "tfoot" or "caption" or "body";

    /// <summary>An attribute of a tag; empty where it has none.</summary>
    internal static string Attribute(HtmlTagToken tag, HtmlAttributeId id) =>
        tag.Attributes.FirstOrDefault(attribute => attribute.Id == id)?.Value?.Trim() ?? "";
}

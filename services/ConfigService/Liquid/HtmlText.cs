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
                else if (!tag.IsEndTag && !tag.IsEmptyElement && name is "script" or "style" or "head" or "template" or "noscript" or "svg" or "object")
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

        return writer.ToString();
    }
}

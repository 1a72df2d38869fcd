using System.Globalization;
using System.Text;
using MimeKit.Text;

namespace Mail.ConfigService.Liquid;

/// <summary>Writes the text of HTML, element by element.</summary>
internal sealed class HtmlTextWriter
{
    private readonly StringBuilder _text = new();
    private readonly Stack<(bool IsNumbered, int Count)> _lists = [];
    private (string Href, int At)? _link;
    private int _headingAt = -1;
    private int _preformatted;
    private int _quotes;
    private bool _blank;

    /// <summary>Text between tags: white space counts as one blank.</summary>
    internal void Text(string data)
    {
        if (_preformatted > 0)
        {
            Begin();
            _text.Append(data.Replace("\r\n", "\n", StringComparison.Ordinal));
            return;
        }

        var rest = data.AsSpan();
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOfAny(HtmlBlanks.All);
            var word = end < 0 ? rest : rest[..end];
            if (!word.IsEmpty)
            {
                Begin();
                _text.Append(word);
            }

            // A no-break space is one too; the invisible ones that fill previews are none.
            if (end >= 0)
                _blank |= char.IsWhiteSpace(rest[end]);
            rest = end < 0 ? [] : rest[(end + 1)..];
        }
    }

    internal void Start(string name, HtmlTagToken tag)
    {
        switch (name)
        {
            case "br":
                _text.Append('\n');
                _blank = false;
                break;
            case "hr":
                Lines(2);
                Text("----------");
                Lines(2);
                break;
            case "h1" or "h2" or "h3" or "h4" or "h5" or "h6":
                Lines(2);
                _headingAt = _text.Length;
                break;
            case "p" or "table" or "blockquote" or "pre":
                Lines(2);
                _preformatted += name == "pre" ? 1 : 0;
                _quotes += name == "blockquote" ? 1 : 0;
                break;
            case "ul" or "ol":
                Lines(_lists.Count > 0 ? 1 : 2);
                _lists.Push((name == "ol", 0));
                break;
            case "li":
                StartItem();
                break;
            case "td" or "th":
                // Beside what stands in the row before it.
                if (_text.Length > 0 && _text[^1] != '\n')
                    _text.Append("  ");
                _blank = false;
                break;
            case "a":
                _link = (HtmlText.Attribute(tag, HtmlAttributeId.Href), _text.Length);
                break;
            case "img":
                Text($" {HtmlText.Attribute(tag, HtmlAttributeId.Alt)} ");
                break;
            case var block when HtmlText.IsBlock(block):
                Lines(1);
                break;
        }
    }

    internal void End(string name)
    {
        switch (name)
        {
            case "h1" or "h2" or "h3" or "h4" or "h5" or "h6":
                EndHeading(name);
                break;
            case "p" or "table" or "blockquote" or "pre":
                _preformatted -= name == "pre" && _preformatted > 0 ? 1 : 0;
                Lines(2);
                _quotes -= name == "blockquote" && _quotes > 0 ? 1 : 0;
                break;
            case "ul" or "ol":
                _lists.TryPop(out _);
                Lines(_lists.Count > 0 ? 1 : 2);
                break;
            case "a":
                EndLink();
                break;
            case var block when HtmlText.IsBlock(block):
                Lines(1);
                break;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private void StartItem()
    {
        Lines(1);
        if (!_lists.TryPop(out var list))
            list = (IsNumbered: false, Count: 0);
        _lists.Push((list.IsNumbered, list.Count + 1));
        var mark = list.IsNumbered ? string.Create(CultureInfo.InvariantCulture, $"{list.Count + 1}.") : "-";
        Begin();
        // Deeper than anyone reads there is no room for more.
        _text.Append(' ', 2 * Math.Min(_lists.Count - 1, 10)).Append(mark).Append(' ');
    }

    private void EndHeading(string name)
    {
        if (_headingAt >= 0 && _text.Length > _headingAt && name is "h1" or "h2")
        {
            var heading = _text.ToString(_headingAt, _text.Length - _headingAt).TrimEnd();
            var width = heading.Split('\n')[^1].Length;
            _text.Length = _headingAt + heading.Length;
            _text.Append('\n').Append(name == "h1" ? '=' : '-', Math.Min(width, 78));
        }

        _headingAt = -1;
        Lines(2);
    }

    private void EndLink()
    {
        // No link stands within another.
        var (link, _) = (_link.GetValueOrDefault(), _link = null);
        if (string.IsNullOrEmpty(link.Href) || link.Href[0] == '#'
            || link.Href.StartsWith("javascript:", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        var words = _text.ToString(link.At, _text.Length - link.At).Trim();
        var target = link.Href.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase)
            ? link.Href["mailto:".Length..].Split('?')[0]
            : link.Href;
        if (string.Equals(words, target, StringComparison.OrdinalIgnoreCase))
            return;
        var blank = _blank;
        _blank = words.Length > 0;
        Begin();
        _text.Append(words.Length > 0 ? $"({target})" : target);
        _blank = blank;
    }

    // What a blank and a quotation put before the next word.
    private void Begin()
    {
        if (_text.Length == 0 || _text[^1] == '\n')
            _text.Insert(_text.Length, "> ", Math.Min(_quotes, 10));
        else if (_blank && _text[^1] != ' ')
            _text.Append(' ');

        _blank = false;
    }

    private void Lines(int count)
    {
        _blank = false;
        if (_text.Length == 0)
            return;
        while (_text.Length > 0 && _text[^1] == ' ')
            _text.Length--;
        // A link or a heading may have begun behind the blanks.
        if (_link is { } link && link.At > _text.Length)
            _link = link with { At = _text.Length };
        _headingAt = Math.Min(_headingAt, _text.Length);
        if (_text.Length == 0)
            return;
        var there = 0;
        while (there < count && _text.Length > there && _text[^(there + 1)] == '\n')
            there++;
        _text.Append('\n', count - there);
    }
}

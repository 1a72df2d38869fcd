using Mail.ConfigService.Liquid;

namespace Mail.Tests.Decisions.ConfigService.Liquid;

/// <summary>The text that is made of HTML.</summary>
public sealed class HtmlTextTests
{
    [Theory]
    [InlineData("Hello", "Hello\n")]
    [InlineData("  Hello \n\n  <b>Ada</b>,\t<i>you</i>  ", "Hello Ada, you\n")]
    [InlineData("<p>One</p><p>Two</p>", "One\n\nTwo\n")]
    [InlineData("<h1>Welcome</h1><p>Text</p>", "Welcome\n=======\n\nText\n")]
    [InlineData("<h2>Small</h2>Text", "Small\n-----\n\nText\n")]
    [InlineData("<h3>Smaller</h3>Text", "Smaller\n\nText\n")]
    [InlineData("a<br>b<br/>c", "a\nb\nc\n")]
    [InlineData("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>d", "- a\n- b\n  - c\n\nd\n")]
    [InlineData("<ol><li>a<li>b</ol>", "1. a\n2. b\n")]
    [InlineData("<table><tr><th>Item</th><th>Price</th></tr><tr><td>Tea</td><td>3 €</td></tr></table>", "Item  Price\nTea  3 €\n")]
    [InlineData("See <a href=\"https://example.com/a?b=1&amp;c=2\">our page</a>.", "See our page (https://example.com/a?b=1&c=2).\n")]
    [InlineData("<a href=\"https://example.com\">https://example.com</a>", "https://example.com\n")]
    [InlineData("<a href=\"mailto:a@example.com\">a@example.com</a> <a href=\"#top\">up</a>", "a@example.com up\n")]
    [InlineData("<a href='https://example.com'><img src='x.png' alt='Shop'></a>", "Shop (https://example.com)\n")]
    [InlineData(
        "<table><tr><td>A</td><td><a href='https://x.example'><div>Read on</div></a></td></tr></table>",
        "A\nRead on\n(https://x.example)\n")]
    [InlineData("<table><tr><td>A</td><td><a href='https://x.example'><div></div></a></td></tr></table>", "A\nhttps://x.example\n")]
    [InlineData("<td><h1><p></p>Title</h1></td>", "Title\n=====\n")]
    [InlineData(
        "<html><head><title>T</title><style>p{}</style></head><body><script>alert('<p>x</p>')</script>Body</body></html>", "Body\n")]
    [InlineData("&lt;b&gt; &amp; &uuml;&nbsp;x &#128512;", "<b> & ü x 😀\n")]
    [InlineData("<blockquote><p>said</p></blockquote>after", "> said\n\nafter\n")]
    [InlineData("<pre>a\n  b</pre>", "a\n  b\n")]
    [InlineData("a<hr>b", "a\n\n----------\n\nb\n")]
    [InlineData("<!-- no --><![if mso]>x<![endif]>", "x\n")]
    [InlineData("<div>a</div><div>b</div>", "a\nb\n")]
    [InlineData("Grüße\u200c\u200c, 日本", "Grüße, 日本\n")]
    [InlineData("", "")]
    [InlineData("<p></p><p> </p>", "")]
    public void Html_becomes_text(string html, string text) => Assert.Equal(text, HtmlText.From(html));
}

using Mail.ConfigService.Attachments;

namespace Mail.Tests.Decisions.ConfigService.Attachments;

/// <summary>What in an HTML text refers to an inline attachment, and what only looks so.</summary>
[Collection(nameof(Measured))]
public sealed class CidReferencesTests
{
    [Theory]
    [InlineData("<img src=\"cid:logo\">", "logo")]
    [InlineData("<img src='CID:logo'>", "logo")]
    [InlineData("<img src=cid:logo>", "logo")]
    [InlineData("<img src=cid:logo/>", "logo/")]
    [InlineData("<img\n\tsrc = \" Cid:logo \" alt=x/>", "logo")]
    [InlineData("<img src=\"cid:lo%67o%2E1\">", "logo.1")]
    [InlineData("<img src=\"cid&#58;logo\">", "logo")]
    [InlineData("<img srcset=\"cid:one 1x, cid:two 2x\">", "one two")]
    [InlineData("<td background=\"cid:logo\"><a href=\"cid:terms\">", "logo terms")]
    [InlineData("<td style=\"background: url(cid:logo) no-repeat\">", "logo")]
    [InlineData("<td style='background-image:url(\"cid:logo\"), url( cid:two )'>", "logo two")]
    [InlineData("<td style=\"background:url(&quot;cid:logo&quot;)\">", "logo")]
    [InlineData("<style>body { background: url('CID:logo'); }</style>", "logo")]
    [InlineData("<STYLE>@import 'cid:css';</STYLE><p>cid:text</p>", "css")]
    [InlineData("<!--[if mso]><v:fill src=\"cid:logo\"/><![endif]-->", "logo")]
    [InlineData("<!--[if !mso]><!--><img src=\"cid:logo\"><!--<![endif]-->", "logo")]
    [InlineData("<!--[if !mso]><!-- --><img src=\"cid:logo\"><!-- <![endif]-->", "logo")]
    [InlineData("<!--[if !mso]><!--><p><!--<![endif]--><!-- <img src=\"cid:old\"> --><img src=\"cid:logo\">", "logo")]
    [InlineData("<!---><img src=\"cid:logo\"><p>-->", "logo")]
    [InlineData("<!----><img src=\"cid:logo\">", "logo")]
    [InlineData("<p title=\"a > b\"><img src=\"cid:logo\">", "logo")]
    [InlineData("<p>cid:logo</p>", "")]
    [InlineData("<!-- <img src=\"cid:logo\"> -->", "")]
    [InlineData("<!--- <img src=\"cid:logo\"> --->", "")]
    [InlineData("<!-- a --><!--> -- <img src=\"cid:logo\"><!-- <img src=\"cid:old\"> -->", "logo")]
    [InlineData("<!--<img src=\"cid:logo\">", "")]
    [InlineData("<p title=\"write cid:logo\">", "")]
    [InlineData("<p style=\"content: 'acid:x'\">", "")]
    [InlineData("<a href=\"https://example.com/?cid:logo\">", "")]
    [InlineData("a < cid:logo", "")]
    [InlineData("<img src=\"cid:logo", "logo")]
    [InlineData("<", "")]
    [InlineData("<style>", "")]
    [InlineData("<img src=\"cid:\">", "")]
    public void References_stand_in_attributes_and_in_CSS(string html, string expected) =>
        Assert.Equal(expected, string.Join(' ', CidReferences.Find(html).Select(reference => reference.ContentId)));

    [Fact]
    public void Each_says_where_its_URL_stands()
    {
        const string Html = "<img src=\"cid:logo\"><td style=\"background:url(cid:back)\">";
        Assert.Equal(["cid:logo", "cid:back"], CidReferences.Find(Html).Select(reference => Html[reference.At]));
    }

    [Theory]
    [InlineData("<img ", "src=\"cid:logo\" ")]
    [InlineData("<", "cid<")]
    [InlineData("<p style=\"", "cid:x,")]
    [InlineData("<p ", "='cid")]
    [InlineData("cid<a", " ")]
    [InlineData("cid<a b", " ")]
    [InlineData("cid<a", "/ ")]
    [InlineData("cid<a ", "b =")]
    public void A_megabyte_of_anything_is_read_in_no_time(string first, string repeated)
    {
        var html = first + string.Concat(Enumerable.Repeat(repeated, 1024 * 1024 / repeated.Length));
        var started = TimeProvider.System.GetTimestamp();
        _ = CidReferences.Find(html).Count();
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }
}

using Mail.ConfigService.Liquid;
using Mail.Store;
using NodaTime;
using static Mail.Tests.Decisions.ConfigService.Liquid.Rendering;

namespace Mail.Tests.Decisions.ConfigService.Liquid;

/// <summary>What templates become: the language, numbers, dates, markup.</summary>
public sealed class LiquidRenderingTests
{
    [Theory]
    [InlineData("Hi {{ name }}!", """{"name":"Zoë"}""", "Hi Zoë!")]
    [InlineData("{{ user.name }} {{ user['name'] }}", """{"user":{"name":"Ada"}}""", "Ada Ada")]
    [InlineData("{% if a and b %}x{% elsif b %}y{% else %}z{% endif %}", """{"a":false,"b":true}""", "y")]
    [InlineData("{% unless a %}x{% else %}y{% endunless %}", """{"a":""}""", "y")]
    [InlineData("{% case n %}{% when 1, 2 %}low{% when 3 %}three{% else %}high{% endcase %}", """{"n":3}""", "three")]
    [InlineData(
        "{% for i in items %}{{ forloop.index }}/{{ forloop.length }} {{ i }}{% unless forloop.last %}, {% endunless %}{% endfor %}",
        """{"items":["a","b"]}""", "1/2 a, 2/2 b")]
    [InlineData("{% for i in items %}{{ i }}{% else %}none{% endfor %}", """{"items":[]}""", "none")]
    [InlineData(
        "{% for i in (1..n) %}{% if i == 3 %}{% continue %}{% endif %}{% if i == 5 %}{% break %}{% endif %}{{ i }}{% endfor %}",
        """{"n":9}""", "124")]
    [InlineData(
        "{% for i in items limit:2 offset:1 %}{{ i }}{% endfor %}{% for i in items reversed %}{{ i }}{% endfor %}",
        """{"items":[1,2,3,4]}""", "234321")]
    [InlineData("{% for pair in o %}{{ pair[0] }}={{ pair[1] }};{% endfor %}", """{"o":{"b":1,"a":2}}""", "b=1;a=2;")]
    [InlineData("{% assign x = a | plus: 1 %}{% capture y %}<{{ x }}>{% endcapture %}{{ y }}{{ x }}", """{"a":1}""", "<2>2")]
    [InlineData("a {%- if b -%} b {%- endif -%} c", """{"b":true}""", "abc")]
    [InlineData("{% raw %}{{ x }}{% endraw %}{% comment %}{{ y | nothing }}{% endcomment %}", "{}", "{{ x }}")]
    [InlineData(
        "{{ items.size }} {{ items.first }} {{ items.last }} {{ items[1] }} {{ items | join: '-' }}", """{"items":["a","b","c"]}""",
        "3 a c b a-b-c")]
    [InlineData(
        "{% if s contains 'b' %}1{% endif %}{% if l contains 2 %}2{% endif %}{% if e == empty %}3{% endif %}{% if w == blank "
        + "%}4{% endif %}",
        """{"s":"abc","l":[1,2],"e":"","w":" "}""", "1234")]
    [InlineData(
        "{{ s | upcase }} {{ s | capitalize }} {{ s | replace: 'a', 'o' }} {{ s | truncate: 6 }} {{ s | slice: 1, 2 }} {{ s | split: ' "
        + "' | last }}",
        """{"s":"ada lovelace"}""", "ADA LOVELACE Ada lovelace odo loveloce ada... da lovelace")]
    [InlineData(
        "{{ l | map: 'n' | join: ',' }} {{ l | where: 'x', true | size }} {{ l | sum: 'n' }} {{ l | sort: 'n' | map: 'n' | first }}",
        """{"l":[{"n":3,"x":true},{"n":1,"x":false}]}""", "3,1 1 4 1")]
    [InlineData("{% assign t = title | default: blank %}[{{ t }}{{ empty }}]{% if t == blank %}b{% endif %}", "{}", "[]b")]
    [InlineData("{% case t %}{% when blank %}none{% else %}some{% endcase %}", """{"t":" "}""", "none")]
    [InlineData(
        "{% for i in l limit: 2 %}{{ i }}{% endfor %}|{% for i in l offset: continue %}{{ i }}{% endfor %}",
        """{"l":[1,2,3,4]}""", "12|34")]
    [InlineData("{% for i in n %}{{ i }}{% else %}none{% endfor %}", """{"n":5}""", "none")]
    [InlineData("{{ h | strip_html }}", """{"h":"<style>p{color:red}</style><p>Hi<!--[if mso]>x<![endif]--></p><!-- a -->"}""", "Hi")]
    public void The_language_means_what_it_means_elsewhere(string template, string data, string expected) =>
        Assert.Equal(expected, Text(template, data));

    [Theory]
    [InlineData("{{ n }}", """{"n":9007199254740993}""", "9007199254740993")]
    [InlineData("{{ n }}", """{"n":123456789012345678901234567890.10}""", "123456789012345678901234567890.10")]
    [InlineData("{{ n }}", """{"n":1.5e3}""", "1500")]
    [InlineData("{{ n | plus: 1 }}", """{"n":9007199254740993}""", "9007199254740994")]
    [InlineData("{{ n | times: 3 }}", """{"n":0.1}""", "0.3")]
    [InlineData(
        "{{ n | divided_by: 4 }} {{ n | divided_by: 4.0 }} {{ n | modulo: 4 }} {{ n | round }} {{ n | ceil }}", """{"n":-7}""",
        "-2 -1.75 1 -7 -7")]
    [InlineData("{{ n | round: 1 }} {{ n | floor }} {{ n | at_most: 2 }} {{ n | abs }}", """{"n":2.25}""", "2.3 2 2 2.25")]
    public void Numbers_are_exact(string template, string data, string expected) => Assert.Equal(expected, Text(template, data));

    [Fact]
    public void Html_is_escaped_and_Unicode_is_not()
    {
        const string Data = """{"x":"<b> & \"q\" 'ä' 日本 🎉"}""";
        Assert.Equal("<p>&lt;b&gt; &amp; &quot;q&quot; &#39;ä&#39; 日本 🎉</p>", Html("<p>{{ x }}</p>", Data));
        Assert.Equal("<b> & \"q\" 'ä' 日本 🎉", Text("{{ x }}", Data));
    }

    [Theory]
    [InlineData("{{ x | escape }}", "&lt;i&gt;")]
    [InlineData("{{ x | upcase }}", "&lt;I&gt;")]
    [InlineData("{% capture c %}<b>{{ x }}</b>{% endcapture %}{{ c }}", "<b>&lt;i&gt;</b>")]
    [InlineData("{% capture c %}{{ x }}{% endcapture %}{{ c | append: x }}", "&amp;lt;i&amp;gt;&lt;i&gt;")]
    [InlineData("{% capture c %} {{ x }}\n{% endcapture %}{{ c | strip }}", "&lt;i&gt;")]
    [InlineData(
        "{% capture n %}{{ 3 }}{% endcapture %}{{ n | times: 2 }}{% if n > 2 and x %} {{ n.size }} {{ n | size }}{% endif %}",
        "6 1 1")]
    [InlineData("{{ x | newline_to_br }}", "&lt;i&gt;")]
    [InlineData("{{ x | split: '' | join: '' }}", "&lt;i&gt;")]
    [InlineData("{% for c in l %}{{ c }}{% endfor %}{{ l }}", "&lt;i&gt;&lt;i&gt;")]
    public void No_way_leads_around_the_escaping(string template, string expected) =>
        Assert.Equal(
            expected,
            Html(template, template.Contains('l', StringComparison.Ordinal) && template.Contains("in l", StringComparison.Ordinal)
                ? """{"l":["<i>"]}"""
                : """{"x":"<i>"}"""));

    [Fact]
    public void A_variable_does_not_bring_the_current_time() => Assert.Contains(
        "the current time",
        Assert.Throws<LiquidException>(() => Text("{% assign d = 'now' %}{{ d | date: '%B %d' }}", "{}")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Only_the_type_html_is_written_as_it_is()
    {
        var declared = Declared("x", "html");
        Assert.Equal("<i>&lt;i&gt;", Html("{{ x }}{{ x | append: '' }}", """{"x":"<i>"}""", declared));
    }

    [Theory]
    [InlineData("UTC", "01.12.2026 08:00 +0000")]
    [InlineData("Europe/Berlin", "01.12.2026 09:00 +0100")]
    [InlineData("America/New_York", "01.12.2026 03:00 -0500")]
    public void Dates_are_formatted_in_the_time_zone(string zone, string expected) => Assert.Equal(
        expected,
        Text(
            "{{ d | date: '%d.%m.%Y %H:%M %z' }}", """{"d":"2026-12-01T09:00:00+01:00"}""", TimeZones.BuiltIn.Find(zone)!,
            Declared("d", "date")));

    [Theory]
    [InlineData("%A, %-d %B %Y", "Tuesday, 1 December 2026")]
    [InlineData("%a %e %b %y %I:%M %p", "Tue  1 Dec 26 08:05 AM")]
    [InlineData("%F %T %j %s %%", "2026-12-01 08:05:09 335 1796112309 %")]
    [InlineData("%Q", "%Q")]
    public void Dates_take_the_directives_of_strftime(string format, string expected) =>
        Assert.Equal(expected, Text($"{{{{ d | date: '{format}' }}}}", """{"d":"2026-12-01T08:05:09Z"}"""));

    [Fact]
    public void A_date_alone_is_that_date_in_every_zone() =>
        Assert.Equal("01", Text("{{ d | date: '%d' }}", """{"d":"2026-12-01"}""", TimeZones.BuiltIn.Find("America/New_York")!));
}

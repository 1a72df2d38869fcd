using System.Diagnostics;
using Mail.ConfigService.Liquid;
using static Mail.Tests.Decisions.ConfigService.Liquid.Rendering;

namespace Mail.Tests.Decisions.ConfigService.Liquid;

/// <summary>What a rendering may take: 200 ms and 64 MiB, whatever it is asked for.</summary>
public sealed class RenderingCostTests(ITestOutputHelper output)
{
    private const long Memory = 64 * 1024 * 1024;
    private static readonly TimeSpan _time = TimeSpan.FromMilliseconds(200);

    public static TheoryData<string, string> Attacks => new()
    {
        { "{% for i in (1..1000000000) %}{% endfor %}", "{}" },
        { "{% for i in (1..n) %}x{% endfor %}", """{"n":99999999999999999999}""" },
        { "{% assign a = 'xxxxxxxxxx' %}" + string.Concat(Enumerable.Repeat("{% assign a = a | append: a %}", 40)) + "{{ a }}", "{}" },
        { "{% assign a = 'xxxxxxxxxx' %}" + string.Concat(Enumerable.Repeat("{% assign a = a | replace: 'x', 'xxxxxxxxxx' %}", 40)) + "{{ a }}", "{}" },
        { "{% assign a = 'x,x' | split: ',' %}" + string.Concat(Enumerable.Repeat("{% assign a = a | concat: a %}", 40)) + "{{ a }}", "{}" },
        { "{% assign a = l %}" + string.Concat(Enumerable.Repeat("{% assign a = a | join: a %}{% assign a = a | split: '' %}", 10)), """{"l":["aaaaaaaa","bbbbbbbbb"]}""" },
        { "{% for i in (1..9999) %}{% for j in (1..9999) %}{% for k in (1..9999) %}{% for l in (1..9999) %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}", "{}" },
        { "{% for i in (1..9999) %}{% for j in (1..9999) %}" + new string('x', 50_000) + "{% endfor %}{% endfor %}", "{}" },
        { "{% for i in (1..9999) %}{% capture c %}" + new string('x', 60_000) + "{% endcapture %}{% endfor %}", "{}" },
        { "{% for i in (1..9999) %}{% if s contains t %}{% endif %}{% endfor %}", $$"""{"s":"{{new string('a', 40_000)}}","t":"{{new string('a', 20_000)}}b"}""" },
        { "{% assign n = 99999999999 %}{% for i in (1..9999) %}{% assign n = n | times: n %}{% endfor %}{{ n }}", "{}" },
        { "{% for i in (1..9999) %}{{ l | sort: 'a' | uniq | reverse | join }}{% endfor %}", $$"""{"l":[{{string.Join(',', Enumerable.Range(0, 9_000))}}]}""" },
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    public void What_grows_without_end_is_refused_in_time(string template, string data)
    {
        var parsed = Parse(template);
        var values = Bind(parsed, data).Values;
        // Once before, so that what is measured is not the compiler's work.
        Assert.Throws<LiquidTooCostlyException>(() => parsed.Render(values, TimeZoneInfo.Utc));
        var (started, before) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
        Assert.Throws<LiquidTooCostlyException>(() => parsed.Render(values, TimeZoneInfo.Utc));
        var (taken, allocated) = (Stopwatch.GetElapsedTime(started), GC.GetAllocatedBytesForCurrentThread() - before);
        output.WriteLine($"{taken.TotalMilliseconds:0} ms, {allocated / 1024 / 1024} MiB");
        Assert.InRange(allocated, 0, Memory);
        Assert.InRange(taken, TimeSpan.Zero, _time);
    }

    [Theory]
    [MemberData(nameof(TemplateErrorTests.Deep), MemberType = typeof(TemplateErrorTests))]
    public void What_is_made_to_stop_the_parser_is_refused_in_time(string template)
    {
        Assert.NotEmpty(Errors(template));
        var (started, before) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
        Assert.NotEmpty(Errors(template));
        var (taken, allocated) = (Stopwatch.GetElapsedTime(started), GC.GetAllocatedBytesForCurrentThread() - before);
        output.WriteLine($"{taken.TotalMilliseconds:0} ms, {allocated / 1024 / 1024} MiB");
        Assert.InRange(allocated, 0, Memory);
        Assert.InRange(taken, TimeSpan.Zero, _time);
    }

    [Fact]
    public void The_largest_template_is_parsed_in_time()
    {
        var template = string.Concat(Enumerable.Repeat($"{{{{ a.b.c | append: 'x' | upcase }}}}{new string('y', 90)}", LiquidLimits.MaxTags));
        Parse(template);
        var started = Stopwatch.GetTimestamp();
        Parse(template);
        var taken = Stopwatch.GetElapsedTime(started);
        output.WriteLine($"{taken.TotalMilliseconds:0} ms for {template.Length} characters");
        Assert.InRange(taken, TimeSpan.Zero, _time);
    }

    [Fact]
    public void Text_of_HTML_takes_time_as_the_HTML_is_long()
    {
        foreach (var html in (string[])[Repeat("<a href=x>", 90_000), Repeat("<ul><li>", 100_000), Repeat("<blockquote>x", 60_000), Repeat("<h1>x</h1>", 100_000), Repeat("<td>", 200_000), Repeat("<", 1_000_000), Repeat("<!--", 200_000)])
        {
            HtmlText.From(html);
            var started = Stopwatch.GetTimestamp();
            HtmlText.From(html);
            output.WriteLine($"{html[..4]}: {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms");
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, 5 * _time);
        }

        static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
    }
}

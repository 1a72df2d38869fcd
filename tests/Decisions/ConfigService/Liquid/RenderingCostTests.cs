using System.Diagnostics;
using Mail.ConfigService.Liquid;
using NodaTime;
using static Mail.Tests.Decisions.ConfigService.Liquid.Rendering;

namespace Mail.Tests.Decisions.ConfigService.Liquid;

/// <summary>What a rendering may take: 200 ms and 64 MiB, whatever it is asked for.</summary>
[Collection(nameof(Measured))]
public sealed class RenderingCostTests(ITestOutputHelper output)
{
    private const long Memory = 64 * 1024 * 1024;
    private static readonly TimeSpan _time = TimeSpan.FromMilliseconds(200);

    public static TheoryData<string, string> Attacks => new()
    {
        { "{% for i in (1..1000000000) %}{% endfor %}", "{}" },
        { "{% for i in (1..n) %}x{% endfor %}", """{"n":99999999999999999999}""" },
        { "{% assign a = 'xxxxxxxxxx' %}" + string.Concat(Enumerable.Repeat("{% assign a = a | append: a %}", 40)) + "{{ a }}", "{}" },
        {
            "{% assign a = 'xxxxxxxxxx' %}" + string.Concat(Enumerable.Repeat("{% assign a = a | replace: 'x', 'xxxxxxxxxx' %}", 40))
            + "{{ a }}",
            "{}"
        },
        {
            "{% assign a = 'x,x' | split: ',' %}" + string.Concat(Enumerable.Repeat("{% assign a = a | concat: a %}", 40)) + "{{ a }}",
            "{}"
        },
        {
            "{% assign a = l %}" + string.Concat(Enumerable.Repeat("{% assign a = a | join: a %}{% assign a = a | split: '' %}", 10)),
            """{"l":["aaaaaaaa","bbbbbbbbb"]}"""
        },
        {
            "{% for i in (1..9999) %}{% for j in (1..9999) %}{% for k in (1..9999) %}{% for l in (1..9999) %}{% endfor %}{% endfor %}{% "
            + "endfor %}{% endfor %}",
            "{}"
        },
        { "{% for i in (1..9999) %}{% for j in (1..9999) %}" + new string('x', 50_000) + "{% endfor %}{% endfor %}", "{}" },
        { "{% for i in (1..9999) %}{% capture c %}" + new string('x', 60_000) + "{% endcapture %}{% endfor %}", "{}" },
        {
            "{% for i in (1..9999) %}{% if s contains t %}{% endif %}{% endfor %}",
            $$"""{"s":"{{new string('a', 40_000)}}","t":"{{new string('a', 20_000)}}b"}"""
        },
        { "{% assign n = 99999999999 %}{% for i in (1..9999) %}{% assign n = n | times: n %}{% endfor %}{{ n }}", "{}" },
        {
            "{% for i in (1..9999) %}{{ l | sort: 'a' | uniq | reverse | join }}{% endfor %}",
            $$"""{"l":[{{string.Join(',', Enumerable.Range(0, 9_000))}}]}"""
        },
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    public void What_grows_without_end_is_refused_in_time(string template, string data)
    {
        var parsed = Parse(template);
        var values = Bind(parsed, data).Values;
        Measure(() => Assert.Throws<LiquidTooCostlyException>(() => parsed.Render(values, DateTimeZone.Utc)));
    }

    [Theory]
    [MemberData(nameof(TemplateErrorTests.Deep), MemberType = typeof(TemplateErrorTests))]
    public void What_is_made_to_stop_the_parser_is_refused_in_time(string template)
    {
        Measure(() => Assert.NotEmpty(Errors(template)));
    }

    [Fact]
    public void The_largest_template_is_parsed_in_time()
    {
        var template = string.Concat(
            Enumerable.Repeat($"{{{{ a.b.c | append: 'x' | upcase }}}}{new string('y', 90)}", LiquidLimits.MaxTags));
        Measure(() => Parse(template));
    }

    [Fact]
    public void The_text_of_the_largest_HTML_is_refused_or_made_in_time()
    {
        foreach (var tag in (string[])["<a href=x>", "<ul><li>", "<blockquote>x", "<h1>x</h1>", "<td>", "<", "<!--", "x "])
        {
            var parsed = Parse(html: string.Concat(Enumerable.Repeat(tag, LiquidLimits.MaxTemplate / tag.Length)));
            Measure(() =>
            {
                try
                {
                    parsed.Render([], DateTimeZone.Utc);
                }
                catch (LiquidTooCostlyException)
                {
                    // As good.
                }
            });
        }
    }

    // The best of some, since others use the processors too, and the first one is the compiler's work.
    private void Measure(Action action)
    {
        var (best, least) = (TimeSpan.MaxValue, long.MaxValue);
        for (var run = 0; run < 5; run++)
        {
            var (started, before) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
            action();
            var taken = Stopwatch.GetElapsedTime(started);
            (best, least) = (taken < best ? taken : best, Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before));
        }

        output.WriteLine($"{best.TotalMilliseconds:0} ms, {least / 1024 / 1024} MiB");
        Assert.InRange(least, 0, Memory);
        Assert.InRange(best, TimeSpan.Zero, _time);
    }
}

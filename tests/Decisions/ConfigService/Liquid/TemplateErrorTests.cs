using static Mail.Tests.Decisions.ConfigService.Liquid.Rendering;

namespace Mail.Tests.Decisions.ConfigService.Liquid;

/// <summary>What is refused as a template, and where it is said to be.</summary>
public sealed class TemplateErrorTests
{
    [Theory]
    [InlineData("a\n  {% include 'x' %}", "line 2, column 6: the tag include")]
    [InlineData("{% render 'x' %}", "line 1, column 4: the tag render")]
    [InlineData("{% layout 'x' %}", "line 1, column 4: the tag layout")]
    [InlineData("{% liquid\nfoo %}", "line 1, column 4: the tag liquid")]
    [InlineData("{% tablerow i in a %}{% endtablerow %}", "line 1, column 4: the tag tablerow")]
    [InlineData("{{ x | raw }}", "line 1, column 8: the filter raw")]
    [InlineData("{{ x | append: '|' | nope: 1 }}", "line 1, column 22: the filter nope")]
    [InlineData("{{ 'now' | date: '%Y' }}", "line 1, column 4: there is no current time")]
    [InlineData("{{ now }}", "line 1, column 4: there is no current time")]
    [InlineData("{% if a %}x", "line 1, column 4: the tag if has no endif")]
    [InlineData("{% if a %}{% for b in c %}{% endif %}", "the tag endif stands where endfor is expected")]
    [InlineData("{% endif %}", "line 1, column 4: the tag endif ends nothing")]
    [InlineData("{% else %}", "line 1, column 4: the tag else stands outside")]
    [InlineData("{% break %}", "line 1, column 4: the tag break stands outside")]
    [InlineData("Hello {{ name", "line 1, column 10: a tag has no end")]
    [InlineData("{{ 'x }}", "line 1, column 4: a string has no end")]
    [InlineData("{{ a b }}", "line 1")]
    [InlineData("{{ }}", "line 1")]
    [InlineData("{{ (a or b) }}", "line 1")]
    [InlineData("{{ a() }}", "line 1")]
    [InlineData("{{ a | upcase | }}", "line 1")]
    [InlineData("{% assign = 3 %}", "line 1")]
    [InlineData("{{ [name] }}", "line 1")]
    [InlineData("{{ 'a\\'b' }}", "a string must have neither a backslash")]
    public void What_can_not_be_read_is_refused_with_its_place(string template, string expected) =>
        Assert.Contains(Errors(template), error => error.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void All_that_is_wrong_is_said_at_once() => Assert.Equal(3, Errors("{% include 'x' %}\n{{ a | raw }}\n{% if %}").Count);

    [Theory]
    [MemberData(nameof(Deep))]
    public void What_nests_too_deep_is_refused_before_it_is_parsed(string template) => Assert.NotEmpty(Errors(template));

    public static TheoryData<string> Deep =>
    [
        "{% raw %}" + string.Concat(Enumerable.Repeat("{%", 131_000)),
        "{% comment %}" + string.Concat(Enumerable.Repeat("{% endcomment ", 18_000)),
        string.Concat(Enumerable.Repeat("{% if a %}", 20_000)),
        string.Concat(Enumerable.Repeat("{% if a %}", 900)) + string.Concat(Enumerable.Repeat("{% endif %}", 900)),
        $"{{{{ {new string('[', 250_000)} }}}}",
        $"{{{{ {string.Concat(Enumerable.Repeat("(a[", 80_000))} }}}}",
        $"{{{{ a{string.Concat(Enumerable.Repeat("[a", 80_000))} }}}}",
        $"{{{{ a{string.Concat(Enumerable.Repeat("|upcase", 30_000))} }}}}",
        $"{{% if a{string.Concat(Enumerable.Repeat(" and a", 30_000))} %}}{{% endif %}}",
        $"{{{{ '}}}}' {string.Concat(Enumerable.Repeat("(a[", 80_000))} }}}}",
        new string('{', 256 * 1024),
        string.Concat(Enumerable.Repeat("{{a}}", 50_000)),
    ];
}

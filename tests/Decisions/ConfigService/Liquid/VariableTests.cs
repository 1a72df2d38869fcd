using Mail.ConfigService.Liquid;
using static Mail.Tests.Decisions.ConfigService.Liquid.Rendering;

namespace Mail.Tests.Decisions.ConfigService.Liquid;

/// <summary>What a template needs of the data, and what is wrong with data that it does not get it from.</summary>
public sealed class VariableTests
{
    [Theory]
    [InlineData("{{ a }}{{ user.name }}", "{}", "/a /user/name")]
    [InlineData("{{ a }}{{ user.name }}", """{"a":null,"user":{"name":null}}""", "/a /user/name")]
    [InlineData("{{ user.name }}", """{"user":"Ada"}""", "/user/name")]
    [InlineData("{% if false %}{{ a }}{% endif %}", "{}", "/a")]
    [InlineData(
        "{% if a %}{% elsif b %}{% endif %}{% unless c %}{% endunless %}{% case d %}{% when e %}{% endcase %}", "{}", "/a /b /c /d /e")]
    [InlineData("{% for i in order.items %}{{ i.name }}{% endfor %}", """{"order":{"items":[{"name":"x"},{}]}}""", "/order/items/1/name")]
    [InlineData("{% for i in a %}{% for j in i.b %}{{ j.c }}{% endfor %}{% endfor %}", """{"a":[{"b":[{}]}]}""", "/a/0/b/0/c")]
    [InlineData("{% for i in (1..n) limit: m offset: o %}{{ i }}{% endfor %}", "{}", "/n /m /o")]
    [InlineData("{% assign u = user %}{{ u.name }}", """{"user":{}}""", "/user/name")]
    [InlineData("{% assign x = 1 %}{{ x }}{% capture y %}{{ z }}{% endcapture %}{{ y }}", "{}", "/z")]
    [InlineData("{{ x }}{% assign x = 1 %}", "{}", "/x")]
    [InlineData("{% if a %}{% assign x = 1 %}{% endif %}{{ x }}", """{"a":true}""", "/x")]
    [InlineData("{% if a %}{% assign x = 1 %}{% else %}{% assign x = 2 %}{% endif %}{{ x }}", """{"a":true}""", "")]
    [InlineData("{% for i in l %}{% assign x = 1 %}{% endfor %}{{ x }}{{ i }}", """{"l":[]}""", "/x /i")]
    [InlineData("{{ a | default: 'x' }}{{ b | upcase | default: c }}{{ d | default: e | default: 'x' }}", "{}", "/c")]
    [InlineData("{{ a | default: 'x' }}{{ a }}", "{}", "/a")]
    [InlineData("{{ u.name | default: 'x' }}", "{}", "")]
    [InlineData("{{ a | append: b | replace: c, d }}", "{}", "/a /b /c /d")]
    [InlineData("{{ l[0].a }}{{ l.first.b }}{{ l.size }}", """{"l":[{}]}""", "/l/0/a /l/0/b")]
    [InlineData("{{ l[2] }}", """{"l":[1]}""", "/l/2")]
    [InlineData("{{ o[k].a }}", """{"o":{}}""", "/k")]
    public void Each_use_is_found_and_each_gap_is_told(string template, string data, string missing)
    {
        var gaps = Bind(Parse(template), data).Errors.FindAll(error => error.Error == DataError.Missing).ConvertAll(error => error.Pointer);
        Assert.Equal(
            missing.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal),
            gaps.Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("{{ a }}", """{"a":1,"b":2,"c/d":3}""", "/b /c~1d")]
    [InlineData("{{ u.name }}", """{"u":{"name":"x","nmae":"y"}}""", "/u/nmae")]
    [InlineData("{% for p in u %}{{ p[0] }}{% endfor %}", """{"u":{"any":{"thing":1}}}""", "")]
    [InlineData("{% for i in l %}{{ i.a }}{% endfor %}", """{"l":[{"a":1,"b":2}]}""", "/l/0/b")]
    [InlineData("{{ l | map: 'a' | join }}", """{"l":[{"a":1,"b":2}]}""", "")]
    [InlineData(
        "{% if a %}{% assign x = u %}{% else %}{% assign x = v %}{% endif %}{{ x.name }}",
        """{"a":true,"u":{"name":"U"},"v":{"name":"V"}}""", "")]
    [InlineData(
        "{% if a %}{% assign x = u %}{% else %}{% assign x = u %}{% endif %}{{ x.name }}", """{"a":true,"u":{"name":"U","nmae":1}}""",
        "/u/nmae")]
    [InlineData(
        "{% assign x = nil %}{% for i in l %}{% if i.main %}{% assign x = i %}{% endif %}{% endfor %}{{ x.name }}",
        """{"l":[{"main":true,"name":"L"}]}""", "")]
    [InlineData(
        "{% for i in l %}{% assign x = u %}{{ x.name }}{% else %}{% assign x = v %}{% endfor %}{{ x.name | default: 'n' }}",
        """{"l":[1],"u":{"name":"U"},"v":{"name":"V"},"x":{"name":"X"}}""", "")]
    public void What_is_neither_used_nor_declared_is_told(string template, string data, string unknown) =>
        Assert.Equal(unknown, string.Join(
            ' ', Bind(Parse(template), data).Errors.FindAll(error => error.Error == DataError.Unknown).ConvertAll(error => error.Pointer)));

    [Theory]
    [InlineData("string", "1")]
    [InlineData("string", "true")]
    [InlineData("number", "\"1\"")]
    [InlineData("boolean", "\"true\"")]
    [InlineData("date", "\"tomorrow\"")]
    [InlineData("date", "\"2026-12-01T09:00:00\"")]
    [InlineData("array", "{}")]
    [InlineData("object", "[]")]
    [InlineData("html", "{}")]
    public void A_value_of_another_type_is_told(string type, string value) =>
        Assert.Equal([("/x", DataError.Type)], Bind(Parse("{{ x }}", declared: Declared("x", type)), $$"""{"x":{{value}}}""").Errors);

    [Fact]
    public void A_number_that_no_one_could_mean_is_told() =>
        Assert.Equal([("/x", DataError.Type)], Bind(Parse("{{ x }}"), $$"""{"x":1e{{new string('9', 9)}}}""").Errors);

    [Theory]
    [InlineData("any", null, """{"x":null}""", "[]")]
    [InlineData("string", "\"d\"", "{}", "[d]")]
    [InlineData("string", "\"d\"", """{"x":null}""", "[d]")]
    [InlineData("string", "null", "{}", "[]")]
    [InlineData(null, "5", "{}", "[5]")]
    [InlineData("date", "\"2026-12-01T08:00:00Z\"", "{}", "[2026-12-01T08:00:00Z]")]
    public void A_default_stands_in_for_what_is_not_there(string? type, string? @default, string data, string expected) =>
        Assert.Equal(expected, Text("[{{ x }}]", data, declared: Declared("x", type, @default)));

    [Fact]
    public void Members_and_elements_can_be_declared_too()
    {
        var declared = Declared("items[].price", "number");
        declared.Declare("user.name", "string", System.Text.Json.JsonDocument.Parse("\"you\"").RootElement);
        var template = Parse("{{ user.name }}{% for i in items %}{{ i.price }}{% endfor %}", declared: declared);
        Assert.Equal([("/items/0/price", DataError.Type)], Bind(template, """{"items":[{"price":"x"}],"user":{}}""").Errors);
    }

    [Fact]
    public void A_declared_object_may_have_whatever_it_has() =>
        Assert.Empty(Bind(Parse("{{ user.name }}", declared: Declared("user", "object")), """{"user":{"name":"x","more":1}}""").Errors);

    [Fact]
    public void A_name_that_is_there_twice_is_told() =>
        Assert.Equal([("/a", DataError.Unreadable)], Bind(Parse("{{ a }}"), """{"a":1,"a":2}""").Errors);
}

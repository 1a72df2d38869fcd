using System.Text;
using System.Text.Json;
using CsCheck;
using Mail.ConfigService.Liquid;
using Mail.Tests.EndToEnd.Attachments;
using NodaTime;

namespace Mail.Tests.EndToEnd;

/// <summary>
/// Templates are rendered as liquidjs renders them, the implementation that most people try a template with. Left out is where it differs
/// from Liquid itself or from our exact numbers: division, decimals, <c>first</c> of a text, <c>truncatewords</c> where nothing is cut off,
/// the order of things of different types. Our parser refuses <c>elsif</c> within <c>unless</c>, and <c>else</c> of a range.
/// </summary>
public sealed class LiquidJsTests
{
    private const string Data = """
        {"s":"Hello wörld & <b>co</b>","w":"one two  three","e":"","n":7,"m":-12,"z":0,"t":true,"f":false,"nil":null,
         "o":{"a":"x","n":3,"deep":{"d":"deep","list":["p","q"]}},"k":[3,1,2,1],"words":["b","A","c","b"],
         "l":[{"name":"Ada","price":3,"on":true},{"name":"grace","price":1,"on":false},{"name":"Mary","price":2,"on":true}],"none":[]}
        """;

    private static readonly Gen<string> _text =
        Words("s", "w", "e", "o.a", "o.deep.d", "l[0].name", "l.last.name", "words.first", "'a b'", "'x'");
    private static readonly Gen<string> _number =
        Words("n", "m", "z", "o.n", "k[1]", "k.last", "l.size", "l[2].price", "w.size", "5", "-2");
    private static readonly Gen<string> _list = Words("k", "words", "o.deep.list", "none");
    private static readonly Gen<string> _any = Words("s", "e", "n", "z", "t", "f", "nil", "o.a", "none", "words");

    private static readonly Gen<string> _textFilter = Words(
        "upcase", "downcase", "capitalize", "strip", "lstrip", "rstrip", "append: s", "prepend: w", "append: n", "replace: 'o', '0'",
        "replace_first: 'o', w", "remove: 'l'", "remove_first: 'e'", "truncate: 8", "truncate: 9, '-'", "slice: 1, 3",
        "slice: -3, 2", "slice: 2", "split: ' ' | join: '+'", "split: 'o' | reverse | join: 'o'", "size", "escape", "escape_once",
        "strip_html", "newline_to_br", "strip_newlines", "default: 'none'", "url_encode");

    private static readonly Gen<string> _numberFilter = Words(
        "plus: 3", "minus: n", "times: o.n", "modulo: 5", "abs", "at_least: 4", "at_most: 2", "ceil", "floor", "round", "append: 'x'",
        "default: 9");

    private static readonly Gen<string> _listFilter = Words(
        "join: ', '", "join", "reverse | join: '-'", "sort | join: ' '", "uniq | join: ' '", "first", "last", "size",
        "concat: k | join: ' '", "compact | size", "slice: 1, 2 | join: ' '", "sort_natural | join: ' '");

    private static readonly Gen<string> _expression = Gen.Frequency(
        (3, Filtered(_text, _textFilter)),
        (2, Filtered(_number, _numberFilter)),
        (2, Gen.Select(_list, _listFilter, (list, filter) => $"{list} | {filter}")),
        (1, Words(
            "l | map: 'name' | join: ','", "l | where: 'on' | map: 'name' | join", "l | where: 'name', 'Mary' | map: 'price' | join",
            "l | sort: 'price' | map: 'name' | join: ' '", "l | sum: 'price'", "k | sum", "words[1]", "o['a']",
            "o[words[2]] | default: 'not there'", "nil", "o.deep['list'][1]", "x | default: 'unset'",
            "f | default: true, allow_false: true", "f | default: 'd'")));

    private static readonly Gen<string> _condition = Gen.Frequency(
        (2, _any),
        (2, Gen.Select(_number, Words("==", "!=", "<", "<=", ">", ">="), _number, (left, sign, right) => $"{left} {sign} {right}")),
        (1, Gen.Select(_text, Words("==", "!="), _text, (left, sign, right) => $"{left} {sign} {right}")),
        (1, Gen.Select(_text, _text, (left, right) => $"{left} contains {right}")),
        (1, Words("words contains 'A'", "words contains 'z'", "none == empty", "e == blank", "nil == nil", "s != empty", "o.a == nil")),
        (1, Gen.Select(_any, Words("and", "or"), _any, (left, word, right) => $"{left} {word} {right}")));

    private static Gen<string> Words(params string[] words) => Gen.Int[0, words.Length - 1].Select(index => words[index]);

    private static Gen<string> Filtered(Gen<string> input, Gen<string> filter) =>
        Gen.Select(input, filter.Array[0, 3], (value, filters) => string.Join(" | ", [value, .. filters]));

    private static Gen<string> Statement(int depth)
    {
        var output = Gen.Select(_expression, Words("{{ @ }}", "{{- @ -}}", " {% echo @ %}\n"), (expression, form) =>
            form.Replace("@", expression, StringComparison.Ordinal));
        if (depth == 0)
            return output;
        var block = Gen.Select(Statement(depth - 1), Words("a", " \n", ""), Statement(depth - 1), string.Concat);
        return Gen.Frequency(
            (3, output),
            (1, Gen.Select(_expression, block, (value, rest) => $"{{% assign x = {value} %}}[{{{{ x }}}}]{rest}")),
            (1, block.Select(inner => $"{{% capture x %}}{inner}{{% endcapture %}}({{{{ x | size }}}})")),
            (1, Gen.Select(_condition, block, block, (condition, yes, no) => $"{{% if {condition} %}}{yes}{{% else %}}{no}{{% endif %}}")),
            (1, Gen.Select(_condition, _condition, block, (first, second, inner) =>
                $"{{% unless {first} %}}{inner}{{% else %}}{{% if {second} %}}2{{% elsif {first} %}}3{{% endif %}}{{% endunless %}}")),
            (1, Gen.Select(_number, block, block, (value, one, other) =>
                $"{{% case {value} %}}{{% when 7, 3 %}}{one}{{% when 'x' or 1 %}}one{{% else %}}{other}{{% endcase %}}")),
            (1, Gen.Select(
                Words(
                    "k", "words", "none", "(1..3)", "(1..z)", "(n..9)", "l limit:2", "l reversed", "k offset:1 limit:2",
                    "words reversed limit:2"),
                block, Words("", "{% if forloop.first %}{% continue %}{% endif %}", "{% if forloop.index == 2 %}{% break %}{% endif %}"),
                (source, inner, jump) =>
                    $"{{% for i in {source} %}}{{{{ forloop.index }}}}/{{{{ forloop.length }}}}:{{{{ i.name | default: i }}}}{jump}{inner}"
                    + "{{ forloop.last }}" + (source[0] == '(' ? "{% endfor %}" : "{% else %}nothing{% endfor %}"))),
            (1, block.Select(inner => $"{{% comment %}}{{{{ s }}}}{{% endcomment %}}{inner}{{% raw %}}{{{{ s }}}}{{% endraw %}}")));
    }

    [Fact]
    public async Task Templates_render_as_they_do_elsewhere() => await Statement(2).Array[800].SampleAsync(
        async templates =>
        {
            using var data = JsonDocument.Parse(Data);
            var cases = templates.Select(template => JsonSerializer.Serialize(new { template, data = data.RootElement }));
            var theirs = await ForeignReader.ReadAsync<string>("liquidjs", Encoding.UTF8.GetBytes(string.Join('\n', cases)));
            Assert.Equal(templates.Length, theirs.Count);
            var differing = templates.Zip(theirs).Where(each => Render(each.First, data.RootElement) != each.Second)
                .OrderBy(each => each.First.Length).Take(20)
                .Select(each => $"{each.First}\n  ours:   {Render(each.First, data.RootElement)}\n  theirs: {each.Second}").ToList();
            Assert.True(differing.Count == 0, string.Join('\n', differing));
        },
        iter: 1, print: _ => "");

    private static string Render(string source, JsonElement data)
    {
        var wrong = new List<string>();
        // Null is a value like others here.
        var declared = new DeclaredVariable();
        declared.Declare("nil", "any", null);
        var template = Template.Parse(new("s", null, source), declared, (_, error) => wrong.Add(error.ToString()));
        if (template is null)
            return string.Join("; ", wrong);
        // What is missing is nothing to compare: it is refused.
        return template.Render(template.Bind(data, (pointer, error, _) => wrong.Add($"{pointer}: {error}")), DateTimeZone.Utc).Text
            + string.Join("; ", wrong.Where(each => !each.EndsWith(nameof(DataError.Unknown), StringComparison.Ordinal)));
    }
}

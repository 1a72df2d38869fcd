using System.Globalization;
using System.Text.Json.Nodes;
using CsCheck;
using Mail.ConfigService.Liquid;
using NodaTime;
using static Mail.Tests.Decisions.ConfigService.Liquid.Rendering;

namespace Mail.Tests.Decisions.ConfigService.Liquid;

/// <summary>Generated templates: what the analysis calls required is missed when it is taken away, and nothing else is.</summary>
public sealed class GeneratedTemplatesTests
{
    private const string Data = """
        {"s":"text","n":3,"b":true,"z":"","o":{"a":"x","b":2,"c":{"d":"deep"}},"l":[{"a":"1","b":{"c":1}},{"a":"2","b":{"c":2}}],"k":[1,2]}
        """;

    private static readonly Gen<string> _path = Words(
        "s", "n", "b", "z", "o.a", "o['b']", "o.c.d", "o.c", "l", "l.size", "l[0].a", "l.last.b.c", "k", "k.first", "x", "i.a", "i.b.c",
        "i");

    private static readonly Gen<string> _expression = Gen.Frequency(
        (4, _path),
        (1, Words("'w'", "7", "nil", "true")),
        (2, Gen.Select(
            _path,
            _path,
            Words("default: 'd'", "default: {0}", "append: {0}", "upcase", "append: 'x' | default: {0}", "size", "join: {0}"),
            (input, argument, filter) =>
                $"{input} | {filter.Replace("{0}", argument, StringComparison.Ordinal)}")));

    private static readonly Gen<string> _condition = Gen.Select(
        _path, Words("", " == {0}", " != 'w'", " and {0}", " or {0}", " contains {0}", " > {0}"), _path, (left, operation, right) =>
            $"{left}{operation.Replace("{0}", right, StringComparison.Ordinal)}");

    private static Gen<string> Words(params string[] words) => Gen.Int[0, words.Length - 1].Select(index => words[index]);

    private static Gen<string> Block(int depth) => Gen.Select(Statement(depth), Statement(depth), (first, second) => first + second);

    private static Gen<string> Statement(int depth)
    {
        var output = _expression.Select(expression => $"{{{{ {expression} }}}}");
        if (depth == 0)
            return output;
        return Gen.Frequency(
            (3, output),
            (1, _expression.Select(expression => $"{{% assign x = {expression} %}}")),
            (1, Block(depth - 1).Select(block => $"{{% capture x %}}{block}{{% endcapture %}}")),
            (1, Gen.Select(_condition, Block(depth - 1), (condition, block) => $"{{% if {condition} %}}{block}{{% endif %}}")),
            (1, Gen.Select(_condition, Block(depth - 1), _condition, Block(depth - 1), (condition, block, other, last) =>
                $"{{% if {condition} %}}{block}{{% elsif {other} %}}{last}{{% else %}}{block}{{% endif %}}")),
            (1, Gen.Select(
                _path, Block(depth - 1), Block(depth - 1),
                (value, block, last) => $"{{% case {value} %}}{{% when 'w', n %}}{block}{{% else %}}{last}{{% endcase %}}")),
            (1, Gen.Select(_condition, Block(depth - 1), (condition, block) => $"{{% unless {condition} %}}{block}{{% endunless %}}")),
            (2, Gen.Select(
                Words("l", "o", "(1..n)", "k", "s"), Words("", " limit:1", " reversed", " offset:n"), Block(depth - 1),
                (source, option, block) => $"{{% for i in {source}{option} %}}{block}{{% endfor %}}")));
    }

    [Fact]
    public void What_is_required_is_missed_and_what_is_not_required_is_not() => Block(2).Sample(
        source =>
        {
            var template = Parse(source);
            // A template may use names that the data has not: those are given it.
            var data = Complete(template, JsonNode.Parse(Data)!.AsObject());
            Assert.DoesNotContain(Bind(template, data.ToJsonString()).Errors, error => error.Error == DataError.Missing);
            foreach (var (path, isRequired) in Uses(template.Used, []))
            {
                if (!TryRemove(data, path, out var without))
                    continue;
                var (values, errors) = Bind(template, without.ToJsonString());
                var missing = errors.FindAll(error => error.Error == DataError.Missing);
                Assert.True(
                    isRequired == missing.Count > 0,
                    $"{source}\nwithout /{string.Join('/', path)}, required {isRequired}: {string.Join(", ", missing)}");
                if (!isRequired)
                    Assert.NotNull(template.Render(values, DateTimeZone.Utc).Text);
            }
        },
        iter: 1000);

    // The gaps of the data are filled until there are none.
    private static JsonObject Complete(Template template, JsonObject data)
    {
        for (var round = 0; round < 6; round++)
        {
            foreach (var (pointer, error) in Bind(template, data.ToJsonString()).Errors)
            {
                if (error == DataError.Missing)
                    Put(data, pointer.Split('/')[1..]);
            }
        }

        return data;
    }

    private static void Put(JsonNode at, string[] path)
    {
        for (var index = 0; index < path.Length; index++)
        {
            var isLast = index == path.Length - 1;
            if (at is JsonArray array)
            {
                var position = int.TryParse(path[index], CultureInfo.InvariantCulture, out var number) ? number : 0;
                while (array.Count <= position)
                    array.Add(new JsonObject());
                if (array[position] is not (JsonObject or JsonArray))
                    array[position] = new JsonObject();
                at = array[position]!;
            }
            else
            {
                if (isLast)
                    at[path[index]] ??= "filled";
                else if (at[path[index]] is not (JsonObject or JsonArray))
                    at[path[index]] = new JsonObject();
                if (!isLast)
                    at = at[path[index]]!;
            }
        }
    }

    private static IEnumerable<(string[] Path, bool IsRequired)> Uses(UsedVariable variable, string[] path)
    {
        foreach (var (name, member) in variable.Members)
        {
            if (name is "size" or "first" or "last" || int.TryParse(name, CultureInfo.InvariantCulture, out _))
                continue;
            yield return ([.. path, name], member.IsRequired);
            foreach (var use in Uses(member, [.. path, name]))
                yield return use;
        }

        // What is used by its number, too, may be required for that.
        foreach (var use in variable.Element is { } element && !variable.Members.Keys.Any(LiquidValue.IsOfLists)
            ? Uses(element, [.. path, "0"])
            : [])
        {
            yield return use;
        }
    }

    private static bool TryRemove(JsonObject data, string[] path, out JsonObject without)
    {
        without = data.DeepClone().AsObject();
        JsonNode? at = without;
        foreach (var name in path[..^1])
        {
            at = at is JsonArray array
                ? (int.TryParse(name, CultureInfo.InvariantCulture, out var index) && index < array.Count ? array[index] : null)
                : (at as JsonObject)?[name];
        }

        return at is JsonObject parent && parent.Remove(path[^1]);
    }
}

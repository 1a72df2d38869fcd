using System.Text.Json;
using System.Text.Json.Nodes;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.Tests.Decisions.ConfigService;

/// <summary>What goes into a header is refused where it could not arrive as it was written.</summary>
public sealed class EmailInputTests
{
    [Theory]
    [InlineData("key")]
    [InlineData("subject")]
    [InlineData("headers/X-Campaign")]
    [InlineData("to/0")]
    public void Control_characters_are_refused_where_they_stand(string field)
    {
        foreach (var control in new[] { '\u0001', '\u001b', '\u007f', '\u0085' })
        {
            Assert.StartsWith(
                $"The request was refused, and nothing changed: /{field} must not contain control characters",
                Refusal(field, $"a{control}b"), StringComparison.Ordinal);
        }

        Assert.StartsWith(
            $"The request was refused, and nothing changed: /{field} must not contain line breaks", Refusal(field, "a\r\nb"),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("key", "a\tb")]
    [InlineData("subject", "a\tb")]
    [InlineData("headers/X-Campaign", "a\tb")]
    [InlineData("to/0", "A\tB <ada@example.com>")]
    public void A_tab_is_accepted(string field, string text) => Assert.Null(Refusal(field, text));

    [Fact]
    public void A_value_that_no_line_can_hold_is_refused_with_the_limit()
    {
        var name = "headers/X-Campaign";
        Assert.Null(Refusal(name, new string('x', 997)));
        Assert.Contains(
            "has more than 997 characters without white space to fold at", Refusal(name, new string('x', 998)), StringComparison.Ordinal);
        Assert.Null(Refusal(name, string.Join(' ', Enumerable.Repeat(new string('x', 99), 100))));
        Assert.Contains(
            "is longer than 10000 characters", Refusal(name, string.Join(' ', Enumerable.Repeat("x", 5001))), StringComparison.Ordinal);
        // Beyond ASCII a value is encoded, and can always be cut.
        Assert.Null(Refusal(name, new string('ü', 5000)));
    }

    // What the request is refused with; null where it is accepted.
    private static string? Refusal(string field, string text)
    {
        var item = new JsonObject
        {
            ["key"] = "a",
            ["to"] = new JsonArray("ada@example.com"),
            ["subject"] = "Hello",
            ["text"] = "Hello",
            ["headers"] = new JsonObject(),
            ["scheduled_datetime"] = "2026-12-01T09:00:00Z",
        };
        switch (field.Split('/'))
        {
            case ["to", _]:
                item["to"] = new JsonArray(text);
                break;
            case ["headers", var name]:
                item["headers"]![name] = text;
                break;
            default:
                item[field] = text;
                break;
        }

        var errors = new Errors();
        using var document = JsonDocument.Parse(item.ToJsonString());
        EmailInput.ReadItem(document.RootElement, "", errors, TimeZones.BuiltIn);
        return Record.Exception(errors.Throw) is ProblemException refusal ? refusal.Message : null;
    }
}

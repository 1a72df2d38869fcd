using System.Text.Json;

namespace Mail.ConfigService.Requests;

/// <summary>The text of JSON strings and names, as far as it can be kept and sent.</summary>
internal static class JsonText
{
    /// <summary>
    /// Whether a text has more characters, of which one that is two in UTF-16 is one, as in JSON Schema's <c>maxLength</c>.
    /// </summary>
    internal static bool IsLongerThan(string text, int most) => text.Length > most && text.EnumerateRunes().Count() > most;

    /// <summary>A JSON string as .NET has it: escapes of lone surrogates are no text, and NUL is nothing PostgreSQL can keep.</summary>
    internal static bool TryString(JsonElement element, string pointer, Errors errors, out string text)
    {
        text = "";
        if (element.ValueKind != JsonValueKind.String)
        {
            errors.Add(pointer, "must be a string");
            return false;
        }

        try
        {
            text = element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            errors.Add(pointer, "is not valid Unicode");
            return false;
        }

        if (!text.Contains('\0', StringComparison.Ordinal))
            return true;
        errors.Add(pointer, "must not contain NUL");
        return false;
    }

    /// <summary>A property's name; false where it is not valid Unicode.</summary>
    internal static bool TryName(JsonProperty property, out string name)
    {
        try
        {
            name = property.Name;
            return true;
        }
        catch (InvalidOperationException)
        {
            name = "";
            return false;
        }
    }

    /// <summary>What is wrong with a text that goes into a header; null where nothing is.</summary>
    internal static string? RefuseControls(string text) =>
        text.AsSpan().ContainsAny('\r', '\n') ? "must not contain line breaks"
        : text.Any(character => char.IsControl(character) && character != '\t') ? "must not contain control characters"
        : null;
}

using System.Text.Json;
using Mail.ConfigService.Requests;

namespace Mail.ConfigService.Liquid;

/// <summary>Values of JSON by the type that they are declared with.</summary>
internal static class DataTypes
{
    /// <summary>
    /// A value that is neither an object nor a list. Null where it can't be read, which <paramref name="refuse"/> is then told.
    /// </summary>
    internal static object? Scalar(JsonElement json, string? type, Action<DataError, string> refuse)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.True or JsonValueKind.False:
                return json.ValueKind == JsonValueKind.True;
            case JsonValueKind.Number:
                if (LiquidNumber.TryParse(json.GetRawText(), out var number))
                    return number;
                refuse(DataError.Type, $"is a number of more than {LiquidLimits.MaxDigits} digits");
                return null;
            default:
                if (TextOf(json) is not { } text)
                {
                    refuse(DataError.Unreadable, "is not valid Unicode, or has a NUL in it");
                    return null;
                }

                return type switch
                {
                    VariableType.Html => new LiquidMarkup(text),
                    VariableType.Date when Rfc3339.TryParse(text, out var time, out _, out _) => time,
                    _ => text,
                };
        }
    }

    private static string? TextOf(JsonElement json)
    {
        try
        {
            return json.GetString() is { } text && !text.Contains('\0', StringComparison.Ordinal) ? text : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Why a value is not of a type; null where it is.</summary>
    internal static string? WhyNot(JsonElement json, string type)
    {
        var fits = type switch
        {
            VariableType.Text or VariableType.Html => json.ValueKind == JsonValueKind.String,
            VariableType.Number => json.ValueKind == JsonValueKind.Number,
            VariableType.Boolean => json.ValueKind is JsonValueKind.True or JsonValueKind.False,
            VariableType.Array => json.ValueKind == JsonValueKind.Array,
            VariableType.Object => json.ValueKind == JsonValueKind.Object,
            VariableType.Date => json.ValueKind == JsonValueKind.String,
            _ => true,
        };
        if (!fits)
        {
            return type == VariableType.Date
                ? $"must be a date: an RFC 3339 time, {Rfc3339.Example}"
                : $"must be of type {type}, and is {Named(json.ValueKind)}";
        }

        return type == VariableType.Date && TextOf(json) is { } text && !Rfc3339.TryParse(text, out _, out var sentence, out _)
            ? sentence
            : null;
    }

    private static string Named(JsonValueKind kind) => kind switch
    {
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Array => "an array",
        JsonValueKind.Object => "an object",
        _ => "null",
    };
}

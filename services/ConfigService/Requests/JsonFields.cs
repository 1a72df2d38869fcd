using System.Text;
using System.Text.Json;
using Mail.ConfigService.Problems;

namespace Mail.ConfigService.Requests;

/// <summary>
/// Finds the fields of the object that is a body, and where their values are, without a document of the whole: one of a body that
/// is nothing but braces and commas takes twelve times as much memory.
/// </summary>
internal static class JsonFields
{
    // Far more than any e-mail has. An array of fifty recipients is fifty.
    private const int MaxTokens = 100_000;
    private const int MaxName = 128;
    private static readonly JsonReaderOptions _options = new() { MaxDepth = RequestBody.Options.MaxDepth };

    /// <summary>A known field: where its value is, and whether that is small enough to be parsed.</summary>
    internal readonly record struct Value(Range Range, bool IsSmall);

    /// <summary>
    /// Finds the known fields, each where it is first given. Those that are unknown, or given again, go to <paramref name="errors"/>.
    /// </summary>
    /// <returns>Null where the body is no object, which is an error too.</returns>
    /// <exception cref="JsonException">It is not JSON.</exception>
    internal static Dictionary<string, Value>? Find(ReadOnlySpan<byte> json, Errors errors, ReadOnlySpan<string> known)
    {
        var reader = new Utf8JsonReader(json, _options);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            errors.Add("", "must be an object");
            ReadToEnd(ref reader);
            return null;
        }

        var fields = new Dictionary<string, Value>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = NameOf(ref reader, errors, known, fields);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var isSmall = Skip(ref reader);
            if (name is not null)
                fields.Add(name, new(start..(int)reader.BytesConsumed, isSmall));
        }

        // To the end, so that all of it is known to be JSON.
        ReadToEnd(ref reader);
        return fields;
    }

    /// <summary>The first elements of an array, so many at the most.</summary>
    internal static List<Value> Elements(ReadOnlySpan<byte> json, Range array, int most)
    {
        var (elements, offset) = (new List<Value>(), array.Start.Value);
        var reader = new Utf8JsonReader(json[array], _options);
        reader.Read();
        while (elements.Count < most && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            var isSmall = Skip(ref reader);
            elements.Add(new((offset + start)..(offset + (int)reader.BytesConsumed), isSmall));
        }

        return elements;
    }

    // Without a string for each of a million names.
    private static string? NameOf(ref Utf8JsonReader reader, Errors errors, ReadOnlySpan<string> known, Dictionary<string, Value> fields)
    {
        try
        {
            foreach (var name in known)
            {
                if (!reader.ValueTextEquals(name))
                    continue;
                if (!fields.ContainsKey(name))
                    return name;
                errors.Add($"/{name}", "is given more than once", ProblemCodes.DuplicateField);
                return null;
            }

            errors.Add(
                errors.IsFull ? "" : JsonPointer.To("", Readable(ref reader)), "is not a field of this request", ProblemCodes.UnknownField);
        }
        catch (InvalidOperationException)
        {
            errors.Add("", "has a field whose name is not valid Unicode");
        }

        return null;
    }

    // A name may be as long as a body, and is shown in an answer.
    private static string Readable(ref Utf8JsonReader name) =>
        name.ValueSpan.Length <= MaxName ? name.GetString()! : $"{Encoding.UTF8.GetString(name.ValueSpan[..MaxName])}…";

    private static bool Skip(ref Utf8JsonReader reader)
    {
        var (depth, tokens) = (reader.CurrentDepth, 0);
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return true;
        while (reader.Read() && reader.CurrentDepth > depth)
            tokens++;
        return tokens <= MaxTokens;
    }

    private static void ReadToEnd(ref Utf8JsonReader reader)
    {
        while (reader.Read())
        {
            // What is not JSON throws.
        }
    }
}

using System.Text.Json;
using Mail.Store;
using NodaTime;

namespace Mail.ConfigService.Requests;

/// <summary>Fields that few requests have.</summary>
internal static class MoreFields
{
    /// <summary>True or false; null where it is left out or wrong.</summary>
    internal static bool? Flag(this ObjectReader reader, string field)
    {
        if (reader.Value(field) is not { } value)
            return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.ValueKind == JsonValueKind.True;
        reader.Errors.Add(reader.Pointer(field), "must be true or false");
        return null;
    }

    /// <summary>A whole number from 0; null where it is left out or wrong.</summary>
    internal static int? Number(this ObjectReader reader, string field, int most)
    {
        if (reader.Value(field) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0 && number <= most)
            return number;
        reader.Errors.Add(reader.Pointer(field), $"must be a whole number from 0 to {most}");
        return null;
    }

    /// <summary>A whole number from 1; null where it is left out or wrong.</summary>
    internal static int? Count(this ObjectReader reader, string field)
    {
        if (reader.Value(field) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count > 0)
            return count;
        reader.Errors.Add(reader.Pointer(field), "must be a whole number from 1");
        return null;
    }

    /// <summary>One of a few words; null where it is left out or wrong.</summary>
    internal static string? Word(this ObjectReader reader, string field, IReadOnlyList<string> words)
    {
        if (reader.Text(field, most: 64) is not { } text)
            return null;
        if (words.Contains(text, StringComparer.Ordinal))
            return text;
        reader.Errors.Add(reader.Pointer(field), $"must be one of {string.Join(", ", words)}");
        return null;
    }

    /// <summary>A local time without an offset; null where it is left out or wrong.</summary>
    internal static LocalDateTime? LocalTime(this ObjectReader reader, string field, bool required = false)
    {
        if (reader.Text(field, most: 64, required) is not { } text)
            return null;
        if (LocalTimeText.Parse(text) is { } time)
            return time;
        reader.Errors.Add(reader.Pointer(field), NoLocalTime(text));
        return null;
    }

    /// <summary>What is said of a text that is no local time.</summary>
    internal static string NoLocalTime(string text) => Rfc3339.TryParse(text, out _, out _, out _)
        ? $"has an offset: a local time is written without one, for example {LocalTimeText.Example}, beside its time zone"
        : $"is not a local time, for example {LocalTimeText.Example}";
}

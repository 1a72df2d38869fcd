using System.Text.Json;

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
}

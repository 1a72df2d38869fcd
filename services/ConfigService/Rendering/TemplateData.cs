using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mail.ConfigService.Liquid;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Rendering;

/// <summary>The data of an e-mail: JSON, kept as it was given but for white space, so that a number keeps its digits.</summary>
internal static class TemplateData
{
    private static readonly string _tooLarge = $"is larger than {LiquidLimits.MaxData / 1024} KiB";

    /// <summary>Reads an object of at most 64 KiB, as compact JSON; null where it is left out or wrong.</summary>
    internal static string? Read(ObjectReader reader, string field)
    {
        if (reader.Value(field) is not { } element)
            return null;
        if (element.ValueKind != JsonValueKind.Object)
        {
            reader.Errors.Add(reader.Pointer(field), "must be an object");
            return null;
        }

        return Compact(element, reader.Pointer(field), reader.Errors);
    }

    /// <summary>Any JSON of at most 64 KiB, without white space; null where it is larger, or no text.</summary>
    internal static string? Compact(JsonElement element, string pointer, Errors errors)
    {
        try
        {
            // Compact, it is a sixth of what escapes can make of it at the least.
            var json = JsonMarshal.GetRawUtf8Value(element).Length > 16 * LiquidLimits.MaxData
                ? null
                : JsonSerializer.SerializeToUtf8Bytes(element, MailJson.Options);
            if (json?.Length <= LiquidLimits.MaxData)
                return Encoding.UTF8.GetString(json);
            errors.Add(pointer, _tooLarge);
        }
        catch (InvalidOperationException)
        {
            errors.Add(pointer, "is not valid Unicode");
        }

        return null;
    }

    /// <summary>
    /// The SHA-256 of a fingerprint, of a template and of its data, in hexadecimal. The order of names is no difference, the digits of a
    /// number are.
    /// </summary>
    /// <param name="content">The fingerprint of what else there is.</param>
    /// <param name="name">The template's name.</param>
    /// <param name="version">Its version; null where another version is no difference.</param>
    /// <param name="data">The data.</param>
    internal static string Fingerprint(string content, string name, int? version, string data)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            json.WriteStringValue(content);
            json.WriteStringValue(name);
            json.WriteNumberValue(version ?? 0);
            using var document = JsonDocument.Parse(data, RequestBody.Options);
            WriteInOrder(json, document.RootElement);
            json.WriteEndArray();
        }

        return Convert.ToHexStringLower(SHA256.HashData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }

    private static void WriteInOrder(Utf8JsonWriter json, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var field in element.EnumerateObject().OrderBy(field => field.Name, StringComparer.Ordinal))
                {
                    json.WritePropertyName(field.Name);
                    WriteInOrder(json, field.Value);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                    WriteInOrder(json, item);
                json.WriteEndArray();
                break;
            default:
                element.WriteTo(json);
                break;
        }
    }
}

/// <summary>A field that holds the data of a template.</summary>
internal sealed class TemplateDataAttribute() : HoldsAttribute("Variables by name, at most 64 KiB. Numbers keep their digits.");

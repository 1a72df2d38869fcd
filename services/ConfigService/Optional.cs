using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mail.ConfigService;

/// <summary>A field that an answer has, null or not, or leaves out: what null alone can't tell apart.</summary>
[JsonConverter(typeof(OptionalConverter))]
public readonly record struct Optional<T>(T Value, bool HasValue)
{
    public Optional(T value)
        : this(value, true)
    {
    }
}

public sealed class OptionalConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert == typeof(Optional<string?>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) => new OfText();

    private sealed class OfText : JsonConverter<Optional<string?>>
    {
        public override Optional<string?> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString());

        public override void Write(Utf8JsonWriter writer, Optional<string?> value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }
}

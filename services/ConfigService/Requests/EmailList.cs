using System.Text.Json;
using Mail.ConfigService.Problems;

namespace Mail.ConfigService.Requests;

/// <summary>
/// The body <c>{"emails": […]}</c>: as many as ten thousand e-mails, which are parsed one after another. A document of all of them would
/// take as much memory again as their bytes.
/// </summary>
internal sealed class EmailList
{
    private readonly IReadOnlyList<Range> _elements;
    private readonly ReadOnlyMemory<byte> _rest;

    private EmailList(ReadOnlyMemory<byte> bytes, IReadOnlyList<Range> elements, ReadOnlyMemory<byte> rest) => (Bytes, _elements, _rest) = (bytes, elements, rest);

    /// <summary>The body as it came.</summary>
    internal ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Looks where each e-mail begins and ends.</summary>
    /// <param name="bytes">Valid UTF-8, which stays as it is while the list is in use.</param>
    /// <param name="what">What to call it where it is no JSON.</param>
    /// <exception cref="Refusal">It is no JSON.</exception>
    internal static EmailList Of(ReadOnlyMemory<byte> bytes, string what = "The body")
    {
        try
        {
            return Slice(bytes);
        }
        catch (JsonException exception)
        {
            throw RequestBody.NoJson(what, exception);
        }
    }

    /// <summary>The e-mails, each with its pointer, and each until the next one is asked for. What is wrong with the rest goes to <paramref name="errors"/>.</summary>
    internal IEnumerable<(JsonElement Element, string Pointer)> Read(Errors errors)
    {
        using (var rest = JsonDocument.Parse(_rest, RequestBody.Options))
        {
            // Empty where the e-mails were taken out of it.
            foreach (var item in new ObjectReader(rest.RootElement, "", errors, "emails").Items("emails", required: true))
                yield return item;
        }

        for (var index = 0; index < _elements.Count; index++)
        {
            using var document = JsonDocument.Parse(Bytes[_elements[index]], RequestBody.Options);
            yield return (document.RootElement, $"/emails/{index}");
        }
    }

    private static EmailList Slice(ReadOnlyMemory<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes.Span, new JsonReaderOptions { MaxDepth = RequestBody.Options.MaxDepth });
        var (elements, rest) = (new List<Range>(), bytes);
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var first = elements.Count == 0 && IsEmails(reader);
                reader.Read();
                if (!first || reader.TokenType != JsonTokenType.StartArray)
                {
                    reader.Skip();
                    continue;
                }

                var start = (int)reader.BytesConsumed;
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    var from = (int)reader.TokenStartIndex;
                    reader.Skip();
                    elements.Add(from..(int)reader.BytesConsumed);
                }

                rest = Without(bytes, start..(int)reader.TokenStartIndex);
            }
        }

        // To the end, so that all of it is known to be JSON.
        while (reader.Read())
            reader.Skip();
        return new(bytes, elements, rest);
    }

    private static bool IsEmails(Utf8JsonReader name)
    {
        try
        {
            return name.ValueTextEquals("emails"u8);
        }
        catch (InvalidOperationException)
        {
            // No Unicode, which is said when the rest is read.
            return false;
        }
    }

    private static byte[] Without(ReadOnlyMemory<byte> bytes, Range range) => [.. bytes.Span[..range.Start], .. bytes.Span[range.End..]];
}

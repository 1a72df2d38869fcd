using System.Text.Json;
using Mail.ConfigService.Problems;

namespace Mail.ConfigService.Requests;

/// <summary>
/// The body <c>{"emails": […]}</c>: as many as ten thousand e-mails, which are parsed one after another. A document of all of them would
/// take as much memory again as their bytes.
/// </summary>
internal sealed class EmailList
{
    /// <summary>The most e-mails of one request.</summary>
    internal const int MaxEmails = 10_000;

    private readonly Errors _errors = new();
    private readonly List<JsonFields.Value> _elements = [];

    private EmailList(ReadOnlyMemory<byte> bytes, string what, params ReadOnlySpan<string> ignored)
    {
        Bytes = bytes;
        try
        {
            if (JsonFields.Find(bytes.Span, _errors, ["emails", .. ignored]) is not { } fields)
                return;
            if (!fields.TryGetValue("emails", out var emails) || bytes.Span[emails.Range].SequenceEqual("null"u8))
                _errors.Add("/emails", "is required");
            else if (bytes.Span[emails.Range][0] != '[')
                _errors.Add("/emails", "must be an array");
            else
                _elements = JsonFields.Elements(bytes.Span, emails.Range, MaxEmails + 1);
        }
        catch (JsonException exception)
        {
            throw RequestBody.NoJson(what, bytes.Span, exception);
        }
    }

    /// <summary>The body as it came.</summary>
    internal ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Looks where each e-mail begins and ends.</summary>
    /// <param name="bytes">Valid UTF-8, which stays as it is while the list is in use.</param>
    /// <param name="what">What to call it where it is no JSON.</param>
    /// <param name="ignored">Fields beside the e-mails that may be given, and mean nothing.</param>
    /// <exception cref="ProblemException">It is no JSON.</exception>
    internal static EmailList Parse(ReadOnlyMemory<byte> bytes, string what = "The body", params ReadOnlySpan<string> ignored) =>
        new(bytes, what, ignored);

    /// <summary>
    /// The e-mails, each with its pointer, and each until the next one is asked for. What is wrong with the rest goes to
    /// <paramref name="errors"/>.
    /// </summary>
    internal IEnumerable<(JsonElement Element, string Pointer)> Read(Errors errors)
    {
        errors.AddAll(_errors);
        if (_elements.Count > MaxEmails)
            errors.Add("/emails", $"holds more than {MaxEmails} e-mails");
        for (var index = 0; index < Math.Min(_elements.Count, MaxEmails); index++)
        {
            var pointer = $"/emails/{index}";
            if (!_elements[index].IsSmall)
            {
                errors.Add(pointer, ObjectReader.TooManyValues);
                continue;
            }

            using var document = JsonDocument.Parse(Bytes[_elements[index].Range], RequestBody.Options);
            yield return (document.RootElement, pointer);
        }
    }
}

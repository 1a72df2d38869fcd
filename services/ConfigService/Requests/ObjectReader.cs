using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Mail.ConfigService.Problems;

namespace Mail.ConfigService.Requests;

/// <summary>
/// Reads the fields of a JSON object by declared rules, and collects what is wrong with them. A field that is null counts
/// as left out; one that nobody asks for is an error, so that a typo never loses an e-mail.
/// </summary>
internal sealed class ObjectReader
{
    /// <summary>What is said of a value that is not even parsed.</summary>
    internal const string TooManyValues = "holds more values than any request needs";

    // With its fraction, and room for what is said to be wrong with it.
    private const int MaxTime = 128;

    private readonly Dictionary<string, JsonElement> _fields = new(StringComparer.Ordinal);
    private readonly string _pointer;
    private readonly Errors _errors;

    internal ObjectReader(JsonElement element, string pointer, Errors errors, params ReadOnlySpan<string> known)
    {
        _pointer = pointer;
        _errors = errors;
        IsObject = element.ValueKind == JsonValueKind.Object;
        if (!IsObject)
        {
            errors.Add(pointer, "must be an object");
            return;
        }

        foreach (var field in element.EnumerateObject())
        {
            if (!JsonText.TryName(field, out var name))
                errors.Add(pointer, "has a field whose name is not valid Unicode");
            else if (!known.Contains(name))
                errors.Add(Pointer(name), "is not a field of this request", ProblemCodes.UnknownField);
            else if (!_fields.TryAdd(name, field.Value))
                errors.Add(Pointer(name), "is given more than once", ProblemCodes.DuplicateField);
        }
    }

    /// <summary>Reads the object that a whole body is.</summary>
    /// <exception cref="Problems.ProblemException">It is no JSON.</exception>
    internal ObjectReader(ReadOnlyMemory<byte> body, Errors errors, params ReadOnlySpan<string> known)
    {
        _pointer = "";
        _errors = errors;
        try
        {
            var fields = JsonFields.Find(body.Span, errors, known);
            IsObject = fields is not null;
            foreach (var (name, value) in fields ?? [])
            {
                if (value.IsSmall)
                    _fields[name] = ValueOf(body[value.Range]);
                else
                    errors.Add(Pointer(name), TooManyValues);
            }
        }
        catch (JsonException exception)
        {
            throw RequestBody.NoJson("The body", body.Span, exception);
        }
    }

    internal Errors Errors => _errors;

    /// <summary>Whether there is an object; if not, that is an error already.</summary>
    internal bool IsObject { get; }

    internal string Pointer(string field) => JsonPointer.To(_pointer, field);

    internal bool Has(string field) => _fields.TryGetValue(field, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>The JSON of a field; null where it is left out.</summary>
    internal JsonElement? Value(string field) => Has(field) ? _fields[field] : null;

    internal bool IsArray(string field) => _fields.TryGetValue(field, out var value) && value.ValueKind == JsonValueKind.Array;

    /// <summary>
    /// A string of at most <paramref name="most"/> characters, of which one that is two in UTF-16 is one, as in JSON Schema's
    /// <c>maxLength</c>; null where it is left out or wrong.
    /// </summary>
    internal string? Text(string field, int most, bool required = false)
    {
        if (!TryString(field, required, 2 * most, $"is longer than {most} characters", out var text))
            return null;
        if (JsonText.IsLongerThan(text, most))
            _errors.Add(Pointer(field), $"is longer than {most} characters");
        return text;
    }

    /// <summary>A string that goes into a header: no line breaks, and no control characters but tabs.</summary>
    internal string? Line(string field, int most, bool required = false)
    {
        var text = Text(field, most, required);
        if (text is not null && JsonText.RefuseControls(text) is { } sentence)
            _errors.Add(Pointer(field), sentence);
        else if (required && text is { Length: 0 })
            _errors.Add(Pointer(field), "must not be empty");
        return text;
    }

    /// <summary>A text of at most <paramref name="mostBytes"/> bytes of UTF-8.</summary>
    internal string? Body(string field, int mostBytes)
    {
        var tooLarge = $"is larger than {mostBytes / 1024} KiB";
        if (!TryString(field, required: false, mostBytes, tooLarge, out var text))
            return null;
        if (Encoding.UTF8.GetByteCount(text) > mostBytes)
            _errors.Add(Pointer(field), tooLarge);
        return text;
    }

    internal DateTimeOffset? Time(string field, bool required = false)
    {
        if (!TryString(field, required, MaxTime, "is not an RFC 3339 time", out var text))
            return null;
        if (Rfc3339.TryParse(text, out var time, out var sentence, out var code))
            return time;
        _errors.Add(Pointer(field), sentence, code);
        return null;
    }

    /// <summary>The elements of an array, each with its pointer; empty where it is left out.</summary>
    internal IEnumerable<(JsonElement Element, string Pointer)> Items(string field, bool required = false)
    {
        if (!Has(field))
        {
            if (required)
                _errors.Add(Pointer(field), "is required");
            yield break;
        }

        var array = _fields[field];
        if (array.ValueKind != JsonValueKind.Array)
        {
            _errors.Add(Pointer(field), "must be an array");
            yield break;
        }

        var index = 0;
        foreach (var element in array.EnumerateArray())
            yield return (element, $"{Pointer(field)}/{index++}");
    }

    /// <summary>An object of strings by name.</summary>
    internal IEnumerable<(string Name, string Value, string Pointer)> Map(string field)
    {
        if (!Has(field))
            yield break;
        var map = _fields[field];
        if (map.ValueKind != JsonValueKind.Object)
        {
            _errors.Add(Pointer(field), "must be an object of names and strings");
            yield break;
        }

        foreach (var entry in map.EnumerateObject())
        {
            if (!JsonText.TryName(entry, out var name))
                _errors.Add(Pointer(field), "has a name that is not valid Unicode");
            else if (JsonPointer.To(Pointer(field), name) is var pointer
                && JsonText.TryString(entry.Value, pointer, _errors, out var value))
            {
                yield return (name, value, pointer);
            }
        }
    }

    // JSON has six bytes at the most for each character of UTF-16, or byte of UTF-8: what is longer than that is not even decoded.
    private bool TryString(string field, bool required, int most, string tooLong, out string text)
    {
        text = "";
        if (Has(field))
        {
            if (_fields[field].ValueKind != JsonValueKind.String || JsonMarshal.GetRawUtf8Value(_fields[field]).Length <= (6L * most) + 2)
                return JsonText.TryString(_fields[field], Pointer(field), _errors, out text);
            _errors.Add(Pointer(field), tooLong);
            return false;
        }

        if (required)
            _errors.Add(Pointer(field), "is required");
        return false;
    }

    // Over the bytes of the body itself, which are there as long as the request is: a copy would double what a large body takes. Never
    // disposed of, since nobody knows when its last element is read; it holds no more than an array from a pool, which then is collected
    // instead.
    private static JsonElement ValueOf(ReadOnlyMemory<byte> json) => JsonDocument.Parse(json, RequestBody.Options).RootElement;
}

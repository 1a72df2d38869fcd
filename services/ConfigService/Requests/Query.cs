using System.Globalization;

namespace Mail.ConfigService.Requests;

/// <summary>Reads query parameters by declared rules; one that nobody asks for is an error, as in a body.</summary>
internal sealed class Query
{
    private const string InvalidQuery = "invalid_query";

    private readonly IQueryCollection _query;

    internal Query(HttpContext context, params ReadOnlySpan<string> known)
    {
        _query = context.Request.Query;
        foreach (var name in _query.Keys)
        {
            if (!known.Contains(name))
                Errors.Add(JsonPointer.To("", name), "is not a parameter of this request", "unknown_parameter");
        }
    }

    internal Errors Errors { get; } = new();

    /// <summary>Refuses the request if any parameter was wrong.</summary>
    internal Query Checked()
    {
        Errors.Throw();
        return this;
    }

    internal void Refuse(string name, string sentence) => Errors.Add($"/{name}", sentence, InvalidQuery);

    internal IReadOnlyList<string> Values(string name) => _query.TryGetValue(name, out var values) ? [.. values.OfType<string>()] : [];

    internal string? Value(string name)
    {
        var values = Values(name);
        if (values.Count > 1)
            Refuse(name, "is given more than once");
        return values.Count == 0 ? null : values[0];
    }

    internal bool Flag(string name)
    {
        var value = Value(name);
        if (value is null or "false")
            return false;
        if (value != "true")
            Refuse(name, "must be true or false");
        return value == "true";
    }

    internal int Number(string name, int otherwise, int least, int most)
    {
        var value = Value(name);
        if (value is null)
            return otherwise;
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        Refuse(name, $"must be a number from {least} to {most}");
        return otherwise;
    }

    internal DateTimeOffset? Time(string name)
    {
        var value = Value(name);
        if (value is null)
            return null;
        // A plus sign that was not escaped arrives as a blank.
        if (Rfc3339.TryParse(value.Length > 19 && value[^6] == ' ' ? string.Concat(value.AsSpan(0, value.Length - 6), "+", value.AsSpan(value.Length - 5)) : value, out var time, out var sentence, out var code))
            return time;
        Errors.Add($"/{name}", sentence, code == Requests.Errors.InvalidBody ? InvalidQuery : code);
        return null;
    }
}

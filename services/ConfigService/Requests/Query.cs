using System.Globalization;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;

namespace Mail.ConfigService.Requests;

/// <summary>Reads query parameters by declared rules; one that nobody asks for is an error, as in a body.</summary>
internal sealed class Query
{
    private readonly IQueryCollection _query;

    /// <summary>Reads the parameters that the endpoint declares.</summary>
    internal Query(HttpContext context)
        : this(
            context,
            [
                .. context.GetEndpoint()!.Metadata.OfType<Parameter>()
                    .Where(parameter => !parameter.IsHeader && !parameter.IsPath).Select(parameter => parameter.Name),
            ])
    {
    }

    internal Query(HttpContext context, params IReadOnlyList<string> known)
    {
        _query = context.Request.Query;
        foreach (var name in _query.Keys)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
                Errors.Add(JsonPointer.To("", name), "is not a parameter of this request", ProblemCodes.UnknownParameter);
        }
    }

    internal Errors Errors { get; } = new();

    /// <summary>Refuses the request if any parameter was wrong.</summary>
    internal Query Checked()
    {
        Errors.Throw();
        return this;
    }

    internal void Refuse(string name, string sentence) => Errors.Add($"/{name}", sentence, ProblemCodes.InvalidQuery);

    internal IReadOnlyList<string> Values(string name) => _query.TryGetValue(name, out var values) ? [.. values.OfType<string>()] : [];

    internal string? Value(string name)
    {
        var values = Values(name);
        if (values.Count > 1)
            Refuse(name, "is given more than once");
        return values.Count == 0 ? null : values[0];
    }

    internal bool Flag(string name) => Choice(name) ?? false;

    /// <summary>True or false, in any case, as Python writes them; null where it is left out or wrong.</summary>
    internal bool? Choice(string name)
    {
        if (Value(name) is not { } value)
            return null;
        if (bool.TryParse(value, out var choice))
            return choice;
        Refuse(name, "must be true or false");
        return null;
    }

    internal int Number(Parameter parameter)
    {
        var (otherwise, value) = ((int)parameter.Default!, Value(parameter.Name));
        if (value is null)
            return otherwise;
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= parameter.Min
            && number <= parameter.Max)
        {
            return number;
        }

        Refuse(parameter.Name, $"must be a number from {parameter.Min} to {parameter.Max}");
        return otherwise;
    }

    internal DateTimeOffset? Time(string name)
    {
        var value = Value(name);
        if (value is null)
            return null;
        // A plus sign that was not escaped arrives as a blank.
        if (Rfc3339.TryParse(
            value.Length > 19 && value[^6] == ' '
                ? string.Concat(value.AsSpan(0, value.Length - 6), "+", value.AsSpan(value.Length - 5))
                : value,
            out var time, out var sentence, out var code))
        {
            return time;
        }

        Errors.Add($"/{name}", sentence, code == ProblemCodes.InvalidBody ? ProblemCodes.InvalidQuery : code);
        return null;
    }
}

using Mail.ConfigService.Problems;

namespace Mail.ConfigService.Requests;

/// <summary>What is wrong with a request, collected so that a caller hears of all of it at once.</summary>
internal sealed class Errors
{
    // One bad value repeated ten thousand times is not worth an answer of megabytes.
    private const int MostPointers = 200;

    private readonly Dictionary<string, List<string>> _byPointer = new(StringComparer.Ordinal);
    private readonly HashSet<string> _codes = new(StringComparer.Ordinal);

    internal const string InvalidBody = "invalid_body";

    internal bool Any => _codes.Count > 0;

    /// <summary>Adds a sentence.</summary>
    /// <param name="pointer">An RFC 6901 JSON pointer into the body, or <c>/name</c> of a parameter.</param>
    /// <param name="sentence">What is wrong, and what would be right.</param>
    /// <param name="code">The error's own code; the answer carries it where all errors agree.</param>
    internal void Add(string pointer, string sentence, string code = InvalidBody)
    {
        _codes.Add(code);
        if (_byPointer.TryGetValue(pointer, out var sentences))
            sentences.Add(sentence);
        else if (_byPointer.Count < MostPointers)
            _byPointer[pointer] = [sentence];
    }

    /// <summary>Refuses the request if anything was wrong with it.</summary>
    internal void Throw()
    {
        if (!Any)
            return;
        var code = _codes.Count == 1 ? _codes.Single() : InvalidBody;
        throw new Refusal(StatusCodes.Status422UnprocessableEntity, code, $"The request was refused, and nothing changed: {First()}").With("errors", _byPointer);
    }

    private string First()
    {
        var (pointer, sentences) = _byPointer.First();
        var more = _byPointer.Count == 1 ? "" : $" ({_byPointer.Count - 1} more in errors)";
        return $"{(pointer.Length == 0 ? "the body" : pointer)} {sentences[0]}{more}";
    }
}

using Mail.ConfigService.Problems;

namespace Mail.ConfigService.Requests;

/// <summary>What is wrong with a request, collected so that a caller hears of all of it at once.</summary>
internal sealed class Errors
{
    /// <summary>How many errors an answer names; of those beyond it has the number.</summary>
    internal const int MaxNamed = 100;

    // A pointer holds names that the caller made up, and a name may be as long as a body.
    private const int MaxPointerLength = 300;
    private readonly Dictionary<string, List<string>> _byPointer = new(StringComparer.Ordinal);
    private readonly HashSet<ProblemCode> _codes = [];
    private int _total;

    internal bool Any => _total > 0;

    /// <summary>How many there are.</summary>
    internal int Total => _total;

    /// <summary>Whether further errors are only counted, so that their pointers need not be made.</summary>
    internal bool IsFull => _total >= MaxNamed;

    /// <summary>Adds a sentence.</summary>
    /// <param name="pointer">An RFC 6901 JSON pointer into the body, or <c>/name</c> of a parameter.</param>
    /// <param name="sentence">What is wrong, and what would be right.</param>
    /// <param name="code">The error's own code; the answer carries it where all errors agree. Null for <c>invalid_body</c>.</param>
    internal void Add(string pointer, string sentence, ProblemCode? code = null)
    {
        _codes.Add(code ?? ProblemCodes.InvalidBody);
        if (_total++ >= MaxNamed)
            return;
        if (pointer.Length > MaxPointerLength)
            pointer = $"{pointer.AsSpan(0, MaxPointerLength)}…";
        if (_byPointer.TryGetValue(pointer, out var sentences))
            sentences.Add(sentence);
        else
            _byPointer[pointer] = [sentence];
    }

    /// <summary>Adds what was found elsewhere.</summary>
    internal void AddAll(Errors others)
    {
        var named = 0;
        foreach (var (pointer, sentences) in others._byPointer)
        {
            named += sentences.Count;
            sentences.ForEach(sentence => Add(pointer, sentence, others._codes.First()));
        }

        _codes.UnionWith(others._codes);
        _total += others._total - named;
    }

    /// <summary>Refuses the request if anything was wrong with it.</summary>
    internal void Throw()
    {
        if (Any)
            throw Refusal();
    }

    /// <summary>The refusal of a request with which something is wrong.</summary>
    internal ProblemException Refusal()
    {
        var code = _codes.Count == 1 ? _codes.Single() : ProblemCodes.InvalidBody;
        // What is not found by a path is 404; what a body names is wrong with the body.
        code = code.Status == ProblemCodes.InvalidBody.Status ? code : code with { Status = ProblemCodes.InvalidBody.Status };
        var refusal = new ProblemException(code, $"The request was refused, and nothing changed: {First()}").With("errors", _byPointer);
        return _total > MaxNamed ? refusal.With("errors_total", _total) : refusal;
    }

    private string First()
    {
        var (pointer, sentences) = _byPointer.First();
        var more = _total == 1 ? "" : $" ({_total - 1} more in errors)";
        return $"{(pointer.Length == 0 ? "the body" : pointer)} {sentences[0]}{more}";
    }
}

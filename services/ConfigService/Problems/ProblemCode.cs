using System.Diagnostics.CodeAnalysis;

namespace Mail.ConfigService.Problems;

/// <summary>A kind of problem: what a refusal is answered with, and what the OpenAPI document says of it.</summary>
/// <param name="Name">The stable name, for programs: the field <c>code</c>.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Meaning">What it means, in a sentence.</param>
/// <param name="Example">The fields beside those of RFC 9457, as an answer may have them: a JSON object. Null where there are none.</param>
public sealed record ProblemCode(
    string Name, int Status, string Meaning, [StringSyntax(StringSyntaxAttribute.Json)] string? Example = null)
{
    /// <summary>Whether the answer says for how long to wait, in <c>Retry-After</c>.</summary>
    public bool SaysWhenToRetry { get; init; }
}

using Mail.ConfigService.Problems;

namespace Mail.ConfigService.Access;

/// <summary>Who calls: the operator, or a client by one of its keys.</summary>
/// <param name="ClientId">The client; null for the operator.</param>
/// <param name="Name"><c>operator</c>, or the key's name.</param>
public sealed record Caller(string? ClientId, string Name)
{
    internal static Caller Operator { get; } = new(null, "operator");

    internal bool IsOperator => ClientId is null;

    /// <summary>The caller of this request.</summary>
    internal static Caller Of(HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("This endpoint was reached without a key.");

    /// <summary>Whether an e-mail of that client exists for this caller: another's answers 404, as one that never was.</summary>
    internal bool Sees(string clientId) => IsOperator || ClientId == clientId;

    internal static Refusal Forbidden(string detail) => new(StatusCodes.Status403Forbidden, "forbidden", detail);
}

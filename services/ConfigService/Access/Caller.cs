using Mail.ConfigService.Problems;

namespace Mail.ConfigService.Access;

/// <summary>The caller: the operator, or a client by one of its keys.</summary>
/// <param name="ClientId">The client; null for the operator.</param>
/// <param name="Name"><c>operator</c>, or the key's name.</param>
/// <param name="KeyId">The key's id; empty for the operator's.</param>
public sealed record Caller(string? ClientId, string Name, Guid KeyId)
{
    internal static Caller Operator { get; } = new(null, "operator", Guid.Empty);

    internal bool IsOperator => ClientId is null;

    /// <summary>The caller of this request.</summary>
    internal static Caller From(HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("This endpoint was reached without a key.");

    /// <summary>Whether an e-mail of that client exists for this caller: another's answers 404, as one that never was.</summary>
    internal bool Sees(string clientId) => IsOperator || ClientId == clientId;

    /// <summary>Refuses everyone but the operator.</summary>
    internal Caller MustBeOperator() => IsOperator ? this : throw Forbidden("This needs the operator's key.");

    /// <summary>Refuses a caller that has no access to this client.</summary>
    internal Caller MustSee(string clientId) => Sees(clientId) ? this : throw Forbidden("This key belongs to another client.");

    private static ProblemException Forbidden(string detail) => new(ProblemCodes.Forbidden, detail);
}

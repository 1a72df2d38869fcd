using System.Text.Json.Serialization;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Holds;

/// <summary>The answer to a hold and to a release.</summary>
/// <param name="Held">Whether sending is held back now.</param>
/// <param name="Reason">Why.</param>
/// <param name="Since">Since when it is held.</param>
/// <param name="WouldSend">What a release would let go; only where it was asked for.</param>
public sealed record HoldState(bool Held, string? Reason, DateTimeOffset? Since,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<PendingOfClient>? WouldSend = null)
{
    internal const int MaxReason = 500;

    /// <summary>The body of both: <c>{"reason": "…"}</c>, or none.</summary>
    internal static async Task<string?> ReasonAsync(HttpContext context)
    {
        var errors = new Errors();
        var reason = new ObjectReader(await RequestBody.ReadAsync(context, optional: true), errors, "reason").Text("reason", MaxReason);
        errors.Throw();
        return reason;
    }
}

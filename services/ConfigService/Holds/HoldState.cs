using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Holds;

/// <summary>Whether sending is held back now.</summary>
/// <param name="Held">True after a hold, false after a release.</param>
/// <param name="Reason">The reason given.</param>
/// <param name="Since">Since when it is held; null after a release.</param>
/// <param name="WouldSend">Only on a dry run: what is pending, a line a client.</param>
[Example("""{"held":true,"reason":"The shop is being moved","since":"2026-11-24T15:12:09.310Z"}""")]
public sealed record HoldState(
    bool Held, string? Reason, DateTimeOffset? Since,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<PendingEmails>? WouldSend = null);

/// <summary>Why; may be left out, and so may the body.</summary>
/// <param name="Reason">In plain words, for the e-mails' <c>explanation</c>.</param>
[Example("""{"reason":"The shop is being moved"}""")]
internal sealed record HoldInput([property: MaxLength(HoldInput.MaxReason)] string? Reason = null)
{
    internal const int MaxReason = 500;

    /// <summary>Reads the reason; null where there is none.</summary>
    internal static async Task<string?> ReadReasonAsync(HttpContext context)
    {
        var errors = new Errors();
        var reason = new ObjectReader(await RequestBody.ReadAsync(context, optional: true), errors, "reason").Text("reason", MaxReason);
        errors.Throw();
        return reason;
    }
}

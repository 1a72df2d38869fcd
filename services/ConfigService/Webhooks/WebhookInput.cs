using System.ComponentModel.DataAnnotations;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Webhooks;

/// <summary>A webhook.</summary>
/// <param name="Url">
/// Where to: <c>https</c>, and no address of a private, link-local or reserved network, unless <c>EGRESS_ALLOW</c> names it.
/// </param>
/// <param name="Types">What to tell of; left out or empty: everything that the client's own feed has.</param>
/// <param name="Description">For people.</param>
[Example("""{"url":"https://shop.example.com/mail-events","types":["email.sent","email.failed"],"description":"The shop"}""")]
internal sealed record WebhookInput(
    [property: StringLength(WebhookUrl.MaxLength, MinimumLength = 1), RegularExpression(EmailFields.LinePattern)] string Url,
    [property: ClientEventType] IReadOnlyList<string>? Types = null,
    [property: StringLength(WebhookInput.MaxDescription), RegularExpression(EmailFields.LinePattern)] string? Description = null)
{
    internal const int MaxDescription = 500;

    /// <summary>The types; null where they are left out.</summary>
    internal static List<string>? ReadTypes(ObjectReader fields)
    {
        if (!fields.Has("types"))
            return null;
        var types = new List<string>();
        foreach (var (element, pointer) in fields.Items("types"))
        {
            if (!JsonText.TryString(element, pointer, fields.Errors, out var type))
                continue;
            if (!EventType.OfClients.Contains(type, StringComparer.Ordinal))
                fields.Errors.Add(pointer, $"must be one of {string.Join(", ", EventType.OfClients)}");
            else if (!types.Contains(type, StringComparer.Ordinal))
                types.Add(type);
        }

        return types;
    }
}

/// <summary>What to change of a webhook; what is left out stays.</summary>
/// <param name="Url">Where to.</param>
/// <param name="Types">What to tell of; empty: everything.</param>
/// <param name="Description">For people.</param>
[Example("""{"types":["email.failed","email.unknown"]}""")]
internal sealed record WebhookChangeInput(
    [property: StringLength(WebhookUrl.MaxLength, MinimumLength = 1), RegularExpression(EmailFields.LinePattern)] string? Url = null,
    [property: ClientEventType] IReadOnlyList<string>? Types = null,
    [property: StringLength(WebhookInput.MaxDescription), RegularExpression(EmailFields.LinePattern)] string? Description = null);

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Mail.Store;

/// <summary>
/// What an e-mail says, stored once for all e-mails of a client that say the same, and never changed: a move between
/// states does not rewrite it.
/// </summary>
public sealed record EmailBody
{
    /// <summary>Stands in an e-mail for the id of a body that is no longer kept: no hash can be this.</summary>
    public const string Erased = "erased";

    /// <summary>The SHA-256 of client, text, HTML and what the attachments hold, in hexadecimal.</summary>
    public required string Id { get; init; }

    public required string ClientId { get; init; }
    public string? Text { get; init; }
    public string? Html { get; init; }

    /// <summary>
    /// The SHA-256 of each attachment, in hexadecimal, each once and in order; null where there is none. They are kept as long as this body
    /// is.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public List<string>? Attachments { get; init; }
    /// <summary>What it was rendered from; null where it was written. It is erased with the rest.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TemplateUse? Template { get; init; }

    /// <summary>The body of this content. Its id stands in databases: what text and HTML alone come to stays what it was.</summary>
    public static EmailBody Create(string clientId, EmailContent content, TemplateUse? template = null)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var attachments = content.Attachments.Count == 0
            ? null
            : content.Attachments.Select(attachment => Convert.ToHexStringLower(attachment.Content.Sha256))
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        IEnumerable<string?> parts = [clientId, content.Text, content.Html, .. attachments ?? []];
        if (template is not null)
            parts = [.. parts, template.Name, template.Version.ToString(CultureInfo.InvariantCulture), template.Data];
        foreach (var part in parts)
        {
            // The length before each part keeps ("ab", "c") and ("a", "bc") apart; -1 keeps null and "" apart.
            hash.AppendData(BitConverter.GetBytes(part?.Length ?? -1));
            hash.AppendData(Encoding.UTF8.GetBytes(part ?? ""));
        }

        return new()
        {
            Id = Convert.ToHexStringLower(hash.GetHashAndReset()),
            ClientId = clientId,
            Text = content.Text,
            Html = content.Html,
            Attachments = attachments,
            Template = template,
        };
    }
}

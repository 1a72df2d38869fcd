using System.Security.Cryptography;
using Mail.ConfigService.Problems;
using Mail.Hosting.Sealing;
using Mail.Store;

namespace Mail.ConfigService.Webhooks;

/// <summary>Makes secrets of webhooks, and seals them for the senders: this service can't read them again.</summary>
/// <param name="Reader">The senders' key; null where <c>SECRETS_PUBLIC_KEY</c> is not set.</param>
internal sealed record WebhookSecret(SecretsKey? Reader)
{
    private const string Prefix = "whsec_";

    // Standard Webhooks 1.0: between 24 and 64 bytes.
    private const int Size = 32;

    /// <summary>A new one: as it is shown, and as it is kept.</summary>
    /// <exception cref="ProblemException">There is no key to seal it for.</exception>
    internal (string Shown, (Guid Id, byte[] Sealed) Kept) Make(Guid webhook)
    {
        if (Reader is null)
            throw new ProblemException(ProblemCodes.WebhooksNotConfigured);
        var (bytes, id) = (RandomNumberGenerator.GetBytes(Size), Guid.CreateVersion7());
        return (Prefix + Convert.ToBase64String(bytes), (id, SealedSecret.Seal(bytes, Reader, WebhookTable.SecretRow(webhook, id))));
    }
}

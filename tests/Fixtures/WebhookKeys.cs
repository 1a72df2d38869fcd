using System.Security.Cryptography;

namespace Mail.Tests.Fixtures;

/// <summary>A pair of keys for the secrets of webhooks, and the settings that a system with webhooks has.</summary>
public static class WebhookKeys
{
    private static readonly ECDiffieHellman _pair = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

    public static (string Name, string Value) Public { get; } =
        ("SECRETS_PUBLIC_KEY", Convert.ToBase64String(_pair.PublicKey.ExportSubjectPublicKeyInfo()));

    public static (string Name, string Value) Private { get; } =
        ("SECRETS_PRIVATE_KEYS", Convert.ToBase64String(_pair.ExportPkcs8PrivateKey()));

    /// <summary>What each service has: senders alone the private key.</summary>
    public static IEnumerable<(string Name, string Value)> Of(string service) =>
        [("EGRESS_ALLOW", "127.0.0.1"), service == "SenderService" ? Private : Public];
}

using System.Security.Cryptography;
using Mail.Hosting;
using Mail.Hosting.Sealing;

namespace Mail.Tests.Decisions.Webhooks;

public sealed class SealedSecretTests
{
    private static readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);

    [Fact]
    public void Who_has_the_private_key_opens_what_was_sealed_for_the_public_one()
    {
        var (key, reader) = Pair();
        Assert.Equal(_secret, SealedSecret.Open(SealedSecret.Seal(_secret, reader, "row"), [key], "row"));
        Assert.Null(SealedSecret.Open(SealedSecret.Seal(_secret, reader, "row"), [reader], "row"));
    }

    [Fact]
    public void While_keys_are_rotated_each_of_two_opens_its_own()
    {
        var ((old, oldReader), (key, reader)) = (Pair(), Pair());
        Assert.Equal(_secret, SealedSecret.Open(SealedSecret.Seal(_secret, oldReader, "row"), [key, old], "row"));
        Assert.Equal(_secret, SealedSecret.Open(SealedSecret.Seal(_secret, reader, "row"), [key, old], "row"));
        Assert.Null(SealedSecret.Open(SealedSecret.Seal(_secret, oldReader, "row"), [key], "row"));
    }

    [Fact]
    public void In_another_row_or_changed_anywhere_it_does_not_open()
    {
        var (key, reader) = Pair();
        var written = SealedSecret.Seal(_secret, reader, "row");
        Assert.Null(SealedSecret.Open(written, [key], "another row"));
        for (var index = 0; index < written.Length; index++)
        {
            var changed = written.ToArray();
            changed[index] ^= 1;
            Assert.Null(SealedSecret.Open(changed, [key], "row"));
        }

        for (var length = 0; length < written.Length; length++)
            Assert.Null(SealedSecret.Open(written.AsSpan(0, length), [key], "row"));
    }

    [Fact]
    public void The_same_secret_never_looks_the_same()
    {
        var (_, reader) = Pair();
        Assert.NotEqual(SealedSecret.Seal(_secret, reader, "row"), SealedSecret.Seal(_secret, reader, "row"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no base64")]
    [InlineData("AAAA")]
    public void What_is_no_key_is_refused_and_not_shown(string text)
    {
        var refusal = Assert.Throws<SettingException>(() => SecretsKey.ParsePrivate(text, "SECRETS_PRIVATE_KEYS"));
        Assert.Contains("SECRETS_PRIVATE_KEYS is no private key", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_on_another_curve_is_refused()
    {
        using var other = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<SettingException>(
            () => SecretsKey.ParsePrivate(Convert.ToBase64String(other.ExportPkcs8PrivateKey()), "SECRETS_PRIVATE_KEYS"));
    }

    private static (SecretsKey Private, SecretsKey Public) Pair()
    {
        using var made = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var key = SecretsKey.ParsePrivate(Convert.ToBase64String(made.ExportPkcs8PrivateKey()), "SECRETS_PRIVATE_KEYS");
        return (key, SecretsKey.ParsePublic(key.ExportPublic(), "SECRETS_PUBLIC_KEY"));
    }
}

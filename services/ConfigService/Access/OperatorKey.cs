using System.Security.Cryptography;
using System.Text;
using Mail.Hosting;

namespace Mail.ConfigService.Access;

/// <summary>The operator's key, from the environment variable <c>API_KEY</c>; only what is derived from it is kept.</summary>
internal sealed class OperatorKey
{
    private const int MinCharacters = 20;
    private const string ForDevelopment = "local-development-key";

    private readonly string _hash;

    internal OperatorKey(IConfiguration configuration, IHostEnvironment environment)
    {
        var key = configuration["API_KEY"];
        if (string.IsNullOrEmpty(key) && environment.IsDevelopment())
            key = ForDevelopment;
        if (string.IsNullOrEmpty(key) || key.Length < MinCharacters)
        {
            throw new SettingException(
                $"API_KEY {(string.IsNullOrEmpty(key) ? "is not set" : "is too short")}: set it to a random secret of at least "
                + $"{MinCharacters} characters, for example from \"openssl rand -hex 32\".");
        }

        if (key.Length > Authentication.MaxCharacters)
        {
            throw new SettingException(
                $"API_KEY is too long: it has {key.Length} characters, and no key has more than {Authentication.MaxCharacters}.");
        }

        _hash = Secrets.Hash(key);
        if (environment.IsDevelopment())
        {
            Whereabouts = key == ForDevelopment
                ? $"{ForDevelopment}, unless you set API_KEY"
                : "the value of API_KEY; ./mail up and Docker compose take it from the file .env";
        }

        // RFC 5869. Every instance derives the same, and a new API_KEY ends all sessions.
        SessionKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(key), 32, info: "mail.page.session"u8.ToArray());
    }

    /// <summary>In Development, what the key is or where it is to be found, for the page's sign-in; null elsewhere.</summary>
    internal string? Whereabouts { get; }

    /// <summary>What the page's sessions are sealed with.</summary>
    internal byte[] SessionKey { get; }

    internal bool Is(string hash) => Secrets.Same(_hash, hash);
}

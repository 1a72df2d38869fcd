using System.Security.Cryptography;
using System.Text;

namespace Mail.Tests.Fixtures.Smtp;

/// <summary>The one login that a <see cref="ScriptedSmtp"/> takes, and the server's side of the ways to prove it.</summary>
internal sealed record ScriptedLogin(string User, string Password)
{
    private const int Iterations = 4096;

    /// <summary>Whether the client proves to know it.</summary>
    /// <param name="mechanism">How.</param>
    /// <param name="initial">What it said together with the command; null where nothing.</param>
    /// <param name="ask">Says a challenge and returns the answer.</param>
    public async Task<bool> IsProvenAsync(string mechanism, string? initial, Func<string, Task<string>> ask) => mechanism switch
    {
        "PLAIN" => (initial ?? await ask("")) == $"\0{User}\0{Password}",
        "LOGIN" => (await ask("Username:"), await ask("Password:")) == (User, Password),
        "CRAM-MD5" => await CramMd5Async(ask),
        "SCRAM-SHA-256" => await ScramAsync(initial ?? await ask(""), ask),
        _ => false
    };

    // RFC 2195.
    private async Task<bool> CramMd5Async(Func<string, Task<string>> ask)
    {
        const string Challenge = "<1896.697170952@scripted>";
#pragma warning disable CA5351 // the mechanism is made of it
        var digest = HMACMD5.HashData(Encoding.UTF8.GetBytes(Password), Encoding.UTF8.GetBytes(Challenge));
#pragma warning restore CA5351
        return await ask(Challenge) == $"{User} {Convert.ToHexStringLower(digest)}";
    }

    // RFC 5802 with RFC 7677's hash.
    private async Task<bool> ScramAsync(string clientFirst, Func<string, Task<string>> ask)
    {
        var bare = clientFirst["n,,".Length..];
        var salt = RandomNumberGenerator.GetBytes(16);
        var serverFirst = $"r={bare[(bare.IndexOf(",r=", StringComparison.Ordinal) + 3)..]}scripted,s={Convert.ToBase64String(salt)},i={Iterations}";
        var clientFinal = await ask(serverFirst);
        var proofAt = clientFinal.LastIndexOf(",p=", StringComparison.Ordinal);
        var all = Encoding.UTF8.GetBytes($"{bare},{serverFirst},{clientFinal[..proofAt]}");

        var salted = Rfc2898DeriveBytes.Pbkdf2(Password, salt, Iterations, HashAlgorithmName.SHA256, 32);
        var clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        var signature = HMACSHA256.HashData(SHA256.HashData(clientKey), all);
        var proof = clientKey.Zip(signature, (key, with) => (byte)(key ^ with));
        if (!bare.StartsWith($"n={User},", StringComparison.Ordinal) || !Convert.FromBase64String(clientFinal[(proofAt + 3)..]).SequenceEqual(proof))
            return false;
        await ask($"v={Convert.ToBase64String(HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), all))}");
        return true;
    }
}

using System.Security.Cryptography;
using System.Text;

namespace Mail.Tests.Fixtures.Smtp;

/// <summary>The one login that a <see cref="ScriptedSmtp"/> takes, and the server's side of the ways to prove it.</summary>
internal sealed record ScriptedLogin(string User, string Password)
{
    /// <summary>Whether an access token is good; null where only a password is.</summary>
    public Func<string, bool>? TakesToken { get; init; }

    /// <summary>What is said of a token in JSON before it is refused; null where nothing is.</summary>
    public string? Complaint { get; init; }

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
        "XOAUTH2" => await IsTokenGoodAsync(initial ?? await ask(""), ask),
        "SCRAM-SHA-256" => await ScramAsync(initial ?? await ask(""), ask),
        _ => false
    };

    /// <summary>The token in what was said for XOAUTH2 as <see cref="User"/>; null where it is not that, to the last character.</summary>
    public string? Token(string said)
    {
        var (begin, end) = ($"user={User}\u0001auth=Bearer ", "\u0001\u0001");
        return said.StartsWith(begin, StringComparison.Ordinal) && said.EndsWith(end, StringComparison.Ordinal)
            ? said[begin.Length..^end.Length]
            : null;
    }

    // https://developers.google.com/workspace/gmail/imap/xoauth2-protocol: the client answers the complaint with an empty line.
    private async Task<bool> IsTokenGoodAsync(string said, Func<string, Task<string>> ask)
    {
        if (Token(said) is { } token && TakesToken?.Invoke(token) == true)
            return true;
        if (Complaint is not null && await ask(Complaint) is { Length: > 0 } more)
            throw new InvalidOperationException($"A complaint about a token was answered with {more}");
        return false;
    }

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
        var serverFirst =
            $"r={bare[(bare.IndexOf(",r=", StringComparison.Ordinal) + 3)..]}scripted,s={Convert.ToBase64String(salt)},i={Iterations}";
        var clientFinal = await ask(serverFirst);
        var proofAt = clientFinal.LastIndexOf(",p=", StringComparison.Ordinal);
        var all = Encoding.UTF8.GetBytes($"{bare},{serverFirst},{clientFinal[..proofAt]}");

        var salted = Rfc2898DeriveBytes.Pbkdf2(Password, salt, Iterations, HashAlgorithmName.SHA256, 32);
        var clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        var signature = HMACSHA256.HashData(SHA256.HashData(clientKey), all);
        var proof = clientKey.Zip(signature, (key, with) => (byte)(key ^ with));
        if (!bare.StartsWith($"n={User},", StringComparison.Ordinal)
            || !Convert.FromBase64String(clientFinal[(proofAt + 3)..]).SequenceEqual(proof))
        {
            return false;
        }

        await ask($"v={Convert.ToBase64String(HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), all))}");
        return true;
    }
}

using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;

namespace Mail.ConfigService.Attachments;

/// <summary>
/// <c>Repr-Digest</c> (RFC 9530, 3): a dictionary of algorithms and their values, such as
/// <c>sha-256=:MV9b23bQeMQ7isAGTkoBZGErH853yGk0W/yUx1iU7dM=:</c>. Pure.
/// </summary>
internal static class ReprDigest
{
    /// <summary>The header.</summary>
    internal static Parameter Header { get; } = new(
        "Repr-Digest",
        "The SHA-256 of the body, for example `sha-256=:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=:` (RFC 9530). Another body "
        + "is refused.",
        typeof(string)) { IsHeader = true };

    private const string Pointer = "/Repr-Digest";

    /// <summary>
    /// The SHA-256 that the caller says the body has; null where it says none. Other algorithms are left alone (RFC 9530, 2).
    /// </summary>
    internal static byte[]? Read(IHeaderDictionary headers, Errors errors)
    {
        foreach (var member in headers[Header.Name].ToString().Split(',', StringSplitOptions.TrimEntries))
        {
            if (!member.StartsWith("sha-256=", StringComparison.OrdinalIgnoreCase))
                continue;
            var value = member["sha-256=".Length..].Split(';')[0].Trim();
            var digest = new byte[32];
            if (value is [':', .. var base64, ':'] && Convert.TryFromBase64String(base64, digest, out var length) && length == 32)
                return digest;
            errors.Add(Pointer, "has no SHA-256 under sha-256: write 32 bytes in base64 between colons", ProblemCodes.DigestMismatch);
        }

        return null;
    }

    /// <summary>Refuses a body with another one.</summary>
    internal static void Check(byte[]? said, ReadOnlySpan<byte> sha256, Errors errors)
    {
        if (said is not null && !sha256.SequenceEqual(said))
        {
            errors.Add(
                Pointer,
                $"is not what arrived, whose sha-256 is :{Convert.ToBase64String(sha256)}: something was lost or changed on the way",
                ProblemCodes.DigestMismatch);
        }
    }
}

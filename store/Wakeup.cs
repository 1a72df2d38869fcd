using System.Security.Cryptography;
using Mail.Contracts;
using PostgresScheduler;

namespace Mail.Store;

/// <summary>The timer that wakes an e-mail: a <see cref="SendEmail"/>, to be published when it is due.</summary>
public static class Wakeup
{
    /// <summary>
    /// The same e-mail and due time always have the same token, so that an event that comes twice schedules once and a
    /// cancel knows what to cancel. RFC 9562 section 5.8: a UUIDv8 of our own making.
    /// </summary>
    public static Guid Token(Guid emailId, DateTimeOffset due)
    {
        Span<byte> name = stackalloc byte[24];
        emailId.TryWriteBytes(name);
        BitConverter.TryWriteBytes(name[16..], due.UtcTicks);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(name, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    /// <summary>
    /// A timer under a token that nobody has used before: REST callers never wait for a row that a dispatcher may hold
    /// while the broker stalls.
    /// </summary>
    public static TimedMessage Fresh(Guid emailId, DateTimeOffset due) =>
        Envelope.Seal(new SendEmail { EmailId = emailId }, Addresses.SendEmail, due, Guid.CreateVersion7());
}

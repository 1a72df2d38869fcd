using System.Security.Cryptography;
using Mail.Contracts;
using PostgresScheduler;

namespace Mail.Store;

/// <summary>The timer that wakes e-mails: a <see cref="SendEmail"/>, to be published when they are due.</summary>
public static class Wakeup
{
    // A burst then costs the broker and both its ends an eighth. More would be hoarded by one sender while others have nothing.
    private const int MaxTogether = 8;

    /// <summary>
    /// E-mails that are due at the same time share a wake-up, a few at a time; always the same ones for the same e-mails.
    /// </summary>
    public static IEnumerable<(DateTimeOffset Due, Guid[] EmailIds)> Together(IEnumerable<(Guid EmailId, DateTimeOffset Due)> emails) =>
        from email in emails
        group email.EmailId by email.Due into due
        from ids in due.Chunk(MaxTogether)
        select (due.Key, ids);

    /// <summary>The message for e-mails of <see cref="Together"/>.</summary>
    public static SendEmail Create(Guid[] emailIds) => new() { EmailId = emailIds[0], AlsoDue = emailIds[1..] };

    /// <summary>
    /// The same e-mails and due time always have the same token, so that an event that comes twice schedules once and a
    /// cancel knows what to cancel. RFC 9562 section 5.8: a UUIDv8 of our own making.
    /// </summary>
    public static Guid Token(DateTimeOffset due, params ReadOnlySpan<Guid> emailIds)
    {
        Span<byte> name = stackalloc byte[sizeof(long) + (16 * emailIds.Length)];
        BitConverter.TryWriteBytes(name, due.UtcTicks);
        for (var index = 0; index < emailIds.Length; index++)
            emailIds[index].TryWriteBytes(name[(sizeof(long) + (16 * index))..]);
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
    public static TimedMessage Fresh(DateTimeOffset due, Guid[] emailIds, Guid? token = null) =>
        MessageEnvelope.Seal(Create(emailIds), Addresses.SendEmail, due, token ?? Guid.CreateVersion7());
}

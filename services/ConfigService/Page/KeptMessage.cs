using Mail.ConfigService.Access;
using Mail.ConfigService.Forecasts;
using Mail.Messages;
using Mail.Store;
using MimeKit;
using Npgsql;

namespace Mail.ConfigService.Page;

/// <summary>
/// What is kept of an e-mail's message. A sender keeps no copy; from content, files and the senders' settings it is built again, by the
/// code that senders build it with.
/// </summary>
/// <param name="Email">The e-mail.</param>
/// <param name="Body">What it says; null where that was erased.</param>
/// <param name="From">Whom the senders' messages are from today; null where no sender was ever heard from.</param>
public sealed record KeptMessage(ScheduledEmail Email, EmailBody? Body, MessageFrom? From)
{
    /// <summary>Whether all is there that it is built from.</summary>
    internal bool IsWhole => Body is not null && From is not null;

    /// <summary>Bytes of its attachments.</summary>
    internal long AttachedBytes => Email.Attachments.Sum(attachment => attachment.Size);

    /// <summary>Whether the sender's address has another domain today than when it was handed over.</summary>
    internal bool IsFromElsewhere => Email.MessageId is { } id && From is { } from && DomainOf(id) != DomainOf(from.Email);

    // When a sender took it last, or when one would.
    private DateTimeOffset Date => Email.Timeline.LastOrDefault(entry => entry.Event == "sending")?.At ?? Email.DueAt;

    /// <summary>Reads what is kept of an e-mail that the caller may see.</summary>
    internal static async Task<KeptMessage> ReadAsync(string id, Caller caller, UnitOfWork unit, CancellationToken cancellationToken)
    {
        var ((email, body), sender) = await unit.ConnectAsync(
            async connection => (
                await UnitOfWork.EmailWithBodyAsync(connection, id, caller, cancellationToken),
                await LiveSenders.LastSeenAsync(connection, cancellationToken)),
            cancellationToken);
        return new(email, body, sender?.Sender.Effective.FromEmail is { } address
            ? new(address, sender.Sender.Effective.FromName ?? "")
            : null);
    }

    /// <summary>Builds it.</summary>
    /// <param name="files">Its attachments.</param>
    /// <exception cref="FormatException">A file is missing, or an older version scheduled what is no address.</exception>
    internal MimeMessage Build(IReadOnlyDictionary<AttachmentId, EncodedFile> files) =>
        MessageBuilder.Build(OutgoingEmail.From(Email, Body!, files) with { MessageId = Email.MessageId }, From!, Date);

    /// <summary>The bytes of its attachments; those that are not there any more are left out.</summary>
    internal Task<Dictionary<AttachmentId, EncodedFile>> FilesAsync(UnitOfWork unit, CancellationToken cancellationToken) =>
        Email.Attachments.Count == 0
            ? Task.FromResult(new Dictionary<AttachmentId, EncodedFile>())
            : unit.ConnectAsync(connection => FilesAsync(connection, cancellationToken), cancellationToken);

    /// <summary>Nothing in the place of each attachment: for what does not depend on their bytes.</summary>
    internal Dictionary<AttachmentId, EncodedFile> NoFiles() => Email.Attachments.DistinctBy(attachment => attachment.Content)
        .ToDictionary(attachment => attachment.Content, _ => EncodedFile.From([]));

    private static string DomainOf(string messageId) => MailboxAddress.EncodeAddrspec(messageId.Trim('<', '>')).Split('@')[^1];

    private async Task<Dictionary<AttachmentId, EncodedFile>> FilesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var files = new Dictionary<AttachmentId, EncodedFile>();
        var contents = Email.Attachments.Select(attachment => attachment.Content);
        foreach (var stored in await AttachmentTable.FindAsync(connection, Email.ClientId, contents, cancellationToken))
        {
            var (bytes, length) = (new byte[stored.Size], 0);
            await foreach (var piece in AttachmentTable.ReadPiecesAsync(connection, stored.RowId, cancellationToken))
            {
                piece.CopyTo(bytes.AsSpan(length));
                length += piece.Length;
            }

            files[stored.Id] = EncodedFile.From(bytes);
        }

        return files;
    }
}

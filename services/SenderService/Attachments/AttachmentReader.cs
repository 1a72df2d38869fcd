using System.Security.Cryptography;
using Mail.Messages;
using Mail.SenderService.Smtp.Conversation;
using Mail.Store;
using Npgsql;

namespace Mail.SenderService.Attachments;

/// <summary>Reads the attachments of e-mails that this sender has claimed, each once for all that carry it.</summary>
public sealed class AttachmentReader(NpgsqlDataSource dataSource, TimeProvider time, ILogger<AttachmentReader> logger) : IDisposable
{
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(1);
    private static readonly AttachmentCache.Lease _none = new(new Dictionary<AttachmentId, EncodedFile>());

    private AttachmentCache? _cache;

    private AttachmentCache Cache => LazyInitializer.EnsureInitialized(ref _cache, () => new AttachmentCache(ReadAsync));

    /// <summary>The attachments of an e-mail; or why it can't be handed over now, as evidence of an attempt.</summary>
    /// <param name="email">The e-mail.</param>
    /// <param name="mayGoOn">Whether the claim still holds: a database that is away is waited for no longer than that.</param>
    /// <param name="stopping">Ends the waiting.</param>
    public async Task<(AttachmentCache.Lease Files, DeliveryAttempt? Failed)> RentAsync(
        ScheduledEmail email, Func<bool> mayGoOn, CancellationToken stopping)
    {
        if (email.Attachments.Count == 0)
            return (_none, null);
        while (true)
        {
            try
            {
                return (await Cache.RentAsync(email.ClientId, email.Attachments, stopping), null);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return (_none, new(SmtpStage.MailFrom) { Fault = SmtpFault.Stopped, Error = "stopped before its attachments were read" });
            }
            catch (AttachmentMissingException missing)
            {
                return (_none, new(SmtpStage.MailFrom) { Fault = SmtpFault.Unsendable, Error = missing.Message });
            }
            catch (PostgresException refused) when (!refused.IsTransient)
            {
                // Waiting would keep the connection to the server from other e-mails, and help nobody.
                logger.AttachmentsNotRead(refused, email.Id, email.ClientId);
                return (_none, new(SmtpStage.MailFrom)
                {
                    Fault = SmtpFault.AttachmentNotRead,
                    Error = $"the database refuses to hand out its attachments ({refused.SqlState}: {refused.MessageText})",
                });
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
            {
                logger.AttachmentsNotRead(exception, email.Id, email.ClientId);
                if (!mayGoOn())
                    return (_none, new(SmtpStage.MailFrom) { Fault = SmtpFault.CutOff, Error = "its attachments could not be read" });
                await Task.Delay(_again, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _cache?.Dispose();

    private async Task<EncodedFile> ReadAsync(string clientId, AttachmentId id)
    {
        // Shared by all who wait for it: it ends by time-outs, and not when one of them is stopped.
        await using var connection = await dataSource.OpenConnectionAsync(CancellationToken.None);
        var stored = (await AttachmentTable.FindAsync(connection, clientId, [id], CancellationToken.None)).SingleOrDefault()
            ?? throw new AttachmentMissingException($"its attachment {id} is not stored any more");
        var (bytes, length) = (GC.AllocateUninitializedArray<byte>((int)stored.Size), 0);
        await foreach (var piece in AttachmentTable.ReadPiecesAsync(connection, stored.RowId, CancellationToken.None))
        {
            piece.CopyTo(bytes.AsSpan(length));
            length += piece.Length;
        }

        // What does not arrive as it was uploaded had better not arrive at all.
        return length == bytes.Length && SHA256.HashData(bytes).AsSpan().SequenceEqual(id.Sha256)
            ? EncodedFile.From(bytes)
            : throw new AttachmentMissingException($"its attachment {id} is not what was uploaded any more");
    }

    private sealed class AttachmentMissingException(string message) : Exception(message);
}

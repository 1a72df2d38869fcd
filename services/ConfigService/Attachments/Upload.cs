using System.Buffers;
using System.Security.Cryptography;
using Mail.ConfigService.Problems;
using Mail.Store;
using Npgsql;

namespace Mail.ConfigService.Attachments;

/// <summary>
/// An upload on its way into the database: a piece at a time, so that neither many uploads nor large ones take much memory. Until its end
/// nobody sees it, and what is left of one that breaks off is dropped an hour later.
/// </summary>
internal sealed class Upload(UnitOfWork unit, UploadTurns turns, string clientId, string contentType) : IAsyncDisposable
{
    private readonly Guid _id = Guid.CreateVersion7();
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _piece = ArrayPool<byte>.Shared.Rent(AttachmentTable.PieceBytes);
    private int _filled;
    private int _pieces;
    private bool _ended;

    /// <summary>Bytes so far.</summary>
    internal long Size { get; private set; }

    /// <summary>Takes bytes, as many as there are.</summary>
    internal async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        _hash.AppendData(bytes.Span);
        Size += bytes.Length;
        while (!bytes.IsEmpty)
        {
            // A full piece waits for what follows: the last one is stored with the end of the upload, and many uploads have no other.
            if (_filled == AttachmentTable.PieceBytes)
                await FlushAsync(cancellationToken);
            var count = Math.Min(bytes.Length, AttachmentTable.PieceBytes - _filled);
            bytes[..count].CopyTo(_piece.AsMemory(_filled));
            _filled += count;
            bytes = bytes[count..];
        }
    }

    /// <summary>The SHA-256 of all bytes.</summary>
    internal AttachmentId Content() => AttachmentId.FromHash(_hash.GetCurrentHash());

    /// <summary>Ends the upload.</summary>
    /// <returns>The attachment, and whether the client did not have it before.</returns>
    internal async Task<(StoredAttachment Attachment, bool IsNew)> EndAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await turns.RunAsync(() => TryEndAsync(cancellationToken), cancellationToken);
        }
        catch (PostgresException same) when (same.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // Another upload of the same bytes was faster, and this one finds it now.
            return await turns.RunAsync(() => TryEndAsync(cancellationToken), cancellationToken);
        }
    }

    /// <summary>Drops what was stored of an upload that has not come to its end.</summary>
    public async ValueTask DisposeAsync()
    {
        ArrayPool<byte>.Shared.Return(_piece);
        _hash.Dispose();
        if (_ended || _pieces == 0)
            return;
        try
        {
            await unit.ConnectAsync(async connection =>
            {
                await AttachmentTable.DropAsync(connection, _id, CancellationToken.None);
                return true;
            }, CancellationToken.None);
        }
        catch (Exception exception) when (exception is NpgsqlException or ProblemException or TimeoutException)
        {
            // The database is away or busy. The sweep drops it later.
        }
    }

    private Task<(StoredAttachment Attachment, bool IsNew)> TryEndAsync(CancellationToken cancellationToken) => unit.RunAsync(
        async work =>
        {
            var content = Content();
            if (await AttachmentTable.TouchAsync(work.Connection, clientId, content, contentType, cancellationToken) is { } known)
                return (known, false);
            if (_pieces == 0)
                await AttachmentTable.BeginAsync(work.Connection, _id, clientId, contentType, cancellationToken);
            await AttachmentTable.InsertPieceAsync(work.Connection, _id, _pieces, _piece.AsMemory(0, _filled), cancellationToken);
            var stored = await AttachmentTable.EndAsync(work.Connection, _id, content, Size, cancellationToken)
                ?? throw ProblemException.Busy();
            _ended = true;
            return (stored, true);
        },
        cancellationToken);

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await turns.RunAsync(() => unit.ConnectAsync(FlushAsync, cancellationToken), cancellationToken);
        }
        catch (PostgresException erased) when (erased.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            // The client is being erased at this moment.
            throw ProblemException.Busy();
        }

        _filled = 0;

        async Task<bool> FlushAsync(NpgsqlConnection connection)
        {
            if (_pieces == 0)
                await AttachmentTable.BeginAsync(connection, _id, clientId, contentType, cancellationToken);
            await AttachmentTable.AppendAsync(connection, _id, _pieces++, _piece.AsMemory(0, _filled), cancellationToken);
            return true;
        }
    }
}

using Npgsql;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>
/// Statements over attachments and their pieces. An upload is a row without a hash, whose pieces come one after another, each in a
/// transaction of its own; its end gives it the hash, or throws it away where the client has these bytes already.
/// </summary>
public static class AttachmentTable
{
    /// <summary>
    /// Bytes of a piece; the last one may have fewer. A multiple of three, so that base64 of one piece after another is base64 of the
    /// whole.
    /// </summary>
    public const int PieceBytes = 192 * 1024;

    private const string Table = $"{MailRegistry.Schema}.attachment";
    private const string Pieces = $"{MailRegistry.Schema}.attachment_piece";
    private const string Columns = "id, sha256, size, content_type, kept_until";

    private const string Begin =
        $"insert into {Table} (id, client_id, content_type, kept_until) values (@id, @client, @type, statement_timestamp() + @kept)";

    private const string Renew = $"update {Table} set kept_until = statement_timestamp() + @kept where id = @id";
    private const string Append = $"insert into {Pieces} (attachment, number, bytes) values (@id, @number, @bytes)";

    // Its media type is what it was uploaded with, and this was not.
    private const string Store = $"""
        insert into {Table} (id, client_id, content_type, sha256, size) values (@id, @client, @type, @sha256, @size)
        on conflict on constraint attachment_by_content do nothing returning id
        """;

    // Bytes that came with an e-mail before have the type of no upload yet.
    private const string Touch = $"""
        update {Table} set kept_until = statement_timestamp() + @kept,
            content_type = case when content_type = '{StoredAttachment.UnknownType}' then @type else content_type end
        where client_id = @client and sha256 = @sha256 returning {Columns}
        """;

    private const string End = $"""
        update {Table} set sha256 = @sha256, size = @size, kept_until = statement_timestamp() + @kept where id = @id returning {Columns}
        """;

    private const string Drop = $"delete from {Table} where id = @id and sha256 is null";

    private const string FindOne = $"select {Columns} from {Table} where client_id = @client and sha256 = any(@hashes)";
    private const string ReadPiece = $"select bytes from {Pieces} where attachment = @id and number = @number";
    private const string ReadPieces = $"select bytes from {Pieces} where attachment = @id order by number";

    /// <summary>Begins an upload.</summary>
    /// <param name="connection">Any open connection.</param>
    /// <param name="id">Names the upload; UUIDv7.</param>
    /// <param name="clientId">The client.</param>
    /// <param name="contentType">The media type.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    public static Task BeginAsync(
        NpgsqlConnection connection, Guid id, string clientId, string contentType, CancellationToken cancellationToken) =>
        RunAsync(
            connection, Begin, cancellationToken,
            Value("id", id), Value("client", clientId), Value("type", contentType), Value("kept", StoredAttachment.UploadKept));

    /// <summary>Adds a piece to an upload that goes on, which is then kept for longer.</summary>
    /// <param name="connection">Any open connection.</param>
    /// <param name="id">The upload.</param>
    /// <param name="number">How many pieces there are before it.</param>
    /// <param name="bytes"><see cref="PieceBytes"/>, or fewer where it is the last one.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    /// <exception cref="PostgresException"><see cref="PostgresErrorCodes.ForeignKeyViolation"/>: the client was erased
    /// meanwhile.</exception>
    public static async Task AppendAsync(
        NpgsqlConnection connection, Guid id, int number, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new(Renew) { Parameters = { Value("id", id), Value("kept", StoredAttachment.UploadKept) } });
        batch.BatchCommands.Add(new(Append) { Parameters = { Value("id", id), Value("number", number), Value("bytes", bytes) } });
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Adds a piece in the caller's transaction.</summary>
    public static Task InsertPieceAsync(
        NpgsqlConnection connection, Guid id, int number, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        RunAsync(connection, Append, cancellationToken, Value("id", id), Value("number", number), Value("bytes", bytes));

    /// <summary>
    /// Stores an attachment that came with an e-mail, in the transaction that inserts the e-mail; nothing where the client has it already.
    /// Where another transaction is just inserting the same, it waits for that one.
    /// </summary>
    public static async Task StoreAsync(
        NpgsqlConnection connection, string clientId, AttachmentId content, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await using var insert = new NpgsqlCommand(Store, connection)
        {
            Parameters =
            {
                Value("id", Guid.CreateVersion7()), Value("client", clientId), Value("type", StoredAttachment.UnknownType),
                Value("sha256", content.Sha256), Value("size", (long)bytes.Length),
            },
        };
        if (await insert.ExecuteScalarAsync(cancellationToken) is not Guid id)
            return;
        for (var number = 0; number * PieceBytes < bytes.Length; number++)
        {
            var piece = bytes.Slice(number * PieceBytes, Math.Min(PieceBytes, bytes.Length - (number * PieceBytes)));
            await InsertPieceAsync(connection, id, number, piece, cancellationToken);
        }
    }

    /// <summary>Renews for how long an attachment is kept that the client has already; null where it has none of this content.</summary>
    public static Task<StoredAttachment?> TouchAsync(
        NpgsqlConnection connection, string clientId, AttachmentId content, string contentType, CancellationToken cancellationToken) =>
        OneAsync(
            connection, Touch, cancellationToken, Value("client", clientId), Value("sha256", content.Sha256), Value("type", contentType),
            Value("kept", StoredAttachment.Kept));

    /// <summary>Ends an upload: from now on it is an attachment of its client.</summary>
    /// <exception cref="PostgresException"><see cref="PostgresErrorCodes.UniqueViolation"/>: the client has it already, from another
    /// upload.</exception>
    public static Task<StoredAttachment?> EndAsync(
        NpgsqlConnection connection, Guid id, AttachmentId content, long size, CancellationToken cancellationToken) =>
        OneAsync(
            connection, End, cancellationToken,
            Value("id", id), Value("sha256", content.Sha256), Value("size", size), Value("kept", StoredAttachment.Kept));

    /// <summary>Throws an upload away that has not ended.</summary>
    public static Task DropAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        RunAsync(connection, Drop, cancellationToken, Value("id", id));

    /// <summary>Those of these attachments that the client has.</summary>
    public static async Task<List<StoredAttachment>> FindAsync(
        NpgsqlConnection connection, string clientId, IEnumerable<AttachmentId> contents, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(FindOne, connection)
        {
            Parameters = { Value("client", clientId), Value("hashes", contents.Distinct().Select(content => content.Sha256).ToArray()) },
        };
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>A piece; null where there is none, since the attachment has come to its end or was dropped.</summary>
    public static async Task<byte[]?> ReadPieceAsync(NpgsqlConnection connection, Guid id, int number, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadPiece, connection) { Parameters = { Value("id", id), Value("number", number) } };
        return await command.ExecuteScalarAsync(cancellationToken) as byte[];
    }

    /// <summary>One piece after another, each until the next one is asked for.</summary>
    public static async IAsyncEnumerable<byte[]> ReadPiecesAsync(
        NpgsqlConnection connection, Guid id, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadPieces, connection) { Parameters = { Value("id", id) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            yield return reader.GetFieldValue<byte[]>(0);
    }

    private static async Task<StoredAttachment?> OneAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        return (await ReadAsync(command, cancellationToken)).SingleOrDefault();
    }

    private static async Task<List<StoredAttachment>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var found = new List<StoredAttachment>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new(
                reader.GetGuid(0), AttachmentId.FromHash(reader.GetFieldValue<byte[]>(1)), reader.GetInt64(2), reader.GetString(3),
                reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4)));
        }

        return found;
    }

    private static async Task RunAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

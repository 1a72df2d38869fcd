using Mail.Store;
using Npgsql;

namespace Mail.Tests.Servers.Store.Attachments;

/// <summary>Attachments as they are uploaded, and e-mails that carry them.</summary>
internal static class StoredFiles
{
    internal static async Task<Attachment> UploadAsync(NpgsqlConnection connection, string text, string client = "acme", int pieces = 1)
    {
        var (id, bytes) = (Guid.CreateVersion7(), System.Text.Encoding.UTF8.GetBytes(text));
        await AttachmentTable.BeginAsync(connection, id, client, "text/plain", CancellationToken.None);
        var length = (bytes.Length + pieces - 1) / pieces;
        foreach (var (number, piece) in bytes.Chunk(length).Index())
            await AttachmentTable.AppendAsync(connection, id, number, piece, CancellationToken.None);
        var stored = await AttachmentTable.EndAsync(connection, id, AttachmentId.Compute(bytes), bytes.Length, CancellationToken.None);
        return new(stored!.Id.ToString(), "file.txt", stored.ContentType, stored.Size, ContentId: null);
    }

    internal static async Task<Guid> InsertAsync(
        NpgsqlConnection connection, string text, string status, DateTimeOffset due, params Attachment[] attachments)
    {
        var (email, _) = NewEmail.Due(due, text);
        var body = EmailBody.Create("acme", new() { Text = text, Attachments = [.. attachments] });
        await EmailInserts.InsertAsync(
            connection, [email with { Status = status, BodyId = body.Id, Attachments = [.. attachments] }], [body], CancellationToken.None);
        return email.Id;
    }
}

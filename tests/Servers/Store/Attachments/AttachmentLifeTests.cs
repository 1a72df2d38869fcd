using Mail.Store;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.Servers.Store.Attachments;

/// <summary>
/// How long an attachment is kept: for 72 hours, for as long as e-mails refer to it, and not a moment longer than the last of their bodies.
/// </summary>
public sealed class AttachmentLifeTests(TestServers servers) : IAsyncLifetime
{
    private static readonly TimeSpan _keep = TimeSpan.FromDays(30);
    private static readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    private StoreHost _host = null!;
    private NpgsqlConnection _connection = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await StoreHost.StartAsync(servers);
        _connection = await _host.DataSource.OpenConnectionAsync();
        await Retention.PrepareAsync(_connection, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task What_comes_in_pieces_goes_out_in_pieces()
    {
        var attachment = await StoredFiles.UploadAsync(_connection, "one two three", pieces: 3);
        var stored = Assert.Single(await AttachmentTable.FindAsync(_connection, "acme", [attachment.Content], CancellationToken.None));
        var read = new List<byte>();
        await foreach (var piece in AttachmentTable.ReadPiecesAsync(_connection, stored.RowId, CancellationToken.None))
            read.AddRange(piece);
        Assert.Equal("one two three", System.Text.Encoding.UTF8.GetString([.. read]));
        Assert.Empty(await AttachmentTable.FindAsync(_connection, "globex", [attachment.Content], CancellationToken.None));
    }

    [Fact]
    public async Task What_no_email_refers_to_goes_72_hours_after_its_last_upload()
    {
        var attachment = await StoredFiles.UploadAsync(_connection, "unused");
        Assert.Equal((0, false), await DropAsync(_now.AddHours(71)));
        Assert.NotNull(await AttachmentTable.TouchAsync(_connection, "acme", attachment.Content, "text/plain", CancellationToken.None));
        Assert.Equal((1, false), await DropAsync(TimeProvider.System.GetUtcNow().AddHours(73)));
        Assert.Equal(0L, await RowsAsync());
        Assert.Equal(0L, await _host.AskAsync<long>("select count(*) from mail.attachment_piece"));
    }

    [Fact]
    public async Task An_upload_that_was_broken_off_leaves_nothing()
    {
        var id = Guid.CreateVersion7();
        await AttachmentTable.BeginAsync(_connection, id, "acme", "text/plain", CancellationToken.None);
        await AttachmentTable.AppendAsync(_connection, id, 0, new byte[] { 1 }, CancellationToken.None);
        Assert.Equal((0, false), await DropAsync(null));
        Assert.Equal((1, false), await DropAsync(_now.AddHours(2)));
        Assert.Equal(0L, await _host.AskAsync<long>("select count(*) from mail.attachment_piece"));
    }

    [Fact]
    public async Task What_emails_refer_to_goes_with_the_last_of_their_bodies()
    {
        var shared = await StoredFiles.UploadAsync(_connection, "shared");
        await StoredFiles.InsertAsync(_connection, "first", EmailStatus.Sent, _now, shared);
        var pending = await StoredFiles.InsertAsync(_connection, "second", EmailStatus.Pending, _now, shared);
        Assert.Equal((0, false), await DropAsync(_now.AddYears(1)));
        Assert.Equal(1, await EraseAsync(_now.AddYears(1)));
        Assert.Equal(1L, await RowsAsync());
        await EmailChanges.CancelAsync(
            _connection, [EmailTransition.Cancel(pending, CancelReason.Cancelled, null, null, "config-1")], CancellationToken.None);
        Assert.Equal(1, await EraseAsync(_now.AddYears(1)));
        Assert.Equal(0L, await RowsAsync());
        await using var session = _host.Documents.QuerySession();
        Assert.Empty((await session.LoadAsync<ScheduledEmail>(pending))!.Attachments);
    }

    [Fact]
    public async Task What_was_uploaded_again_stays_as_long_as_that_promised()
    {
        var attachment = await StoredFiles.UploadAsync(_connection, "again");
        await StoredFiles.InsertAsync(_connection, "first", EmailStatus.Sent, _now, attachment);
        Assert.Equal(1L, await _host.AskAsync<long>("select count(*) from mail.attachment where kept_until is null"));
        await AttachmentTable.TouchAsync(_connection, "acme", attachment.Content, "text/plain", CancellationToken.None);
        Assert.Equal(1, await EraseAsync(_now.AddYears(1)));
        Assert.Equal(1L, await RowsAsync());
        Assert.Equal((1, false), await DropAsync(_now.AddDays(4)));
    }

    [Fact]
    public async Task An_email_is_never_inserted_without_its_attachment()
    {
        var gone = new Attachment(AttachmentId.Compute("gone"u8).ToString(), "gone.txt", "text/plain", 4, ContentId: null);
        var refused = await Assert.ThrowsAsync<PostgresException>(
            () => StoredFiles.InsertAsync(_connection, "text", EmailStatus.Pending, _now, gone));
        Assert.Equal((PostgresErrorCodes.ForeignKeyViolation, AttachmentUse.Constraint), (refused.SqlState, refused.ConstraintName));
        Assert.Equal(0L, await _host.AskAsync<long>("select count(*) from mail.mt_doc_scheduled_email"));
    }

    [Fact]
    public async Task An_email_inserted_while_its_attachment_is_being_dropped_has_it()
    {
        var attachment = await StoredFiles.UploadAsync(_connection, "contested");
        await using var other = await _host.DataSource.OpenConnectionAsync();
        await using var inserting = await other.BeginTransactionAsync();
        await StoredFiles.InsertAsync(other, "text", EmailStatus.Pending, _now, attachment);
        var dropping = DropAsync(_now.AddDays(4));
        await Deadline.UntilAsync(
            () => _host.AskAsync<bool>("select exists (select from pg_locks where locktype = 'advisory' and not granted)"), waits => waits);
        await inserting.CommitAsync();
        Assert.Equal((0, false), await dropping);
        Assert.Equal(1L, await RowsAsync());
    }

    [Fact]
    public async Task Erasing_a_client_leaves_no_attachment_of_it_and_those_of_others()
    {
        await StoredFiles.UploadAsync(_connection, "mine");
        await StoredFiles.UploadAsync(_connection, "mine", client: "globex");
        await AttachmentTable.BeginAsync(_connection, Guid.CreateVersion7(), "acme", "text/plain", CancellationToken.None);
        Assert.False(await AttachmentUse.EraseAsync(_connection, "acme", CancellationToken.None));
        Assert.Equal("globex", await _host.AskAsync<string>("select string_agg(client_id, ' ') from mail.attachment"));
    }

    [Fact]
    public async Task A_sender_of_the_version_before_claims_none_that_has_attachments()
    {
        var attachment = await StoredFiles.UploadAsync(_connection, "file");
        var id = await StoredFiles.InsertAsync(_connection, "text", EmailStatus.Pending, _now, attachment);
        await ExecuteAsync(
            "insert into mail.mt_doc_sender (id, data) values ('019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01', '{}'), "
            + "('019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e02', '{\"max_message_bytes\": null}')");
        Assert.Equal(0, await ClaimAsync("019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01", id));
        Assert.Equal(1, await ClaimAsync("019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e02", id));
    }

    private Task<int> ClaimAsync(string sender, Guid id) => ExecuteAsync(
        $"update mail.mt_doc_scheduled_email set status = 'sending', claimed_by = '{sender}', data = data || '{{\"status\": \"sending\"}}' "
        + $"where id = '{id}'");

    private Task<long> RowsAsync() => _host.AskAsync<long>("select count(*) from mail.attachment");

    private async Task<(int Dropped, bool More)> DropAsync(DateTimeOffset? now)
    {
        await using var connection = await _host.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var answer = await AttachmentUse.DropOldAsync(connection, now, CancellationToken.None);
        await transaction.CommitAsync();
        return answer;
    }

    private async Task<int> EraseAsync(DateTimeOffset now)
    {
        await using var transaction = await _connection.BeginTransactionAsync();
        var erased = await Retention.RunOnceAsync(_connection, _keep, now, "scheduler-1", CancellationToken.None);
        await transaction.CommitAsync();
        return erased;
    }

    private async Task<int> ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        return await command.ExecuteNonQueryAsync();
    }
}

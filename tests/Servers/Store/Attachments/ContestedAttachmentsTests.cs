using Mail.Store;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.Servers.Store.Attachments;

/// <summary>
/// Uploads, saves, retention and the sweep, all at the same few attachments: nothing that an e-mail refers to is lost, and nothing is left.
/// </summary>
public sealed class ContestedAttachmentsTests(TestServers servers) : IAsyncLifetime
{
    private const int Contents = 4;
    private static readonly TimeSpan _forSeconds = TimeSpan.FromSeconds(8);
    private StoreHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await StoreHost.StartAsync(servers);
        await using var connection = await _host.DataSource.OpenConnectionAsync();
        await Retention.PrepareAsync(connection, CancellationToken.None);
    }

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Every_email_has_its_attachment_and_the_last_one_takes_it_along()
    {
        var started = TimeProvider.System.GetTimestamp();
        var (inserted, refused, erased) = (0, 0, 0);
        await Task.WhenAll(
            RunAsync(async connection =>
            {
                var content = $"content {Random.Shared.Next(Contents)}";
                var bytes = System.Text.Encoding.UTF8.GetBytes(content);
                await using var transaction = await connection.BeginTransactionAsync();
                if (Random.Shared.Next(2) == 0)
                    await AttachmentTable.StoreAsync(connection, "acme", AttachmentId.Compute(bytes), bytes, CancellationToken.None);
                try
                {
                    var attachment = new Attachment(
                        AttachmentId.Compute(bytes).ToString(), "a.txt", "text/plain", bytes.Length, ContentId: null);
                    await StoredFiles.InsertAsync(
                        connection, $"text {Random.Shared.Next(3)}", EmailStatus.Sent, TimeProvider.System.GetUtcNow(), attachment);
                    await transaction.CommitAsync();
                    Interlocked.Increment(ref inserted);
                }
                catch (PostgresException gone) when (gone.ConstraintName == AttachmentUse.Constraint)
                {
                    Interlocked.Increment(ref refused);
                }
            }),
            RunAsync(async connection =>
            {
                await using var transaction = await connection.BeginTransactionAsync();
                Interlocked.Add(ref erased, await Retention.RunOnceAsync(
                    connection, TimeSpan.Zero, TimeProvider.System.GetUtcNow().AddDays(1), "scheduler-1", CancellationToken.None));
                await transaction.CommitAsync();
            }),
            RunAsync(async connection =>
            {
                await using var transaction = await connection.BeginTransactionAsync();
                await AttachmentUse.DropOldAsync(connection, TimeProvider.System.GetUtcNow().AddDays(4), CancellationToken.None);
                await transaction.CommitAsync();
            }),
            RunAsync(async connection =>
            {
                // As the service does it with one of a single piece.
                await using var transaction = await connection.BeginTransactionAsync();
                try
                {
                    await StoredFiles.UploadAsync(connection, $"content {Random.Shared.Next(Contents)}");
                    await transaction.CommitAsync();
                }
                catch (PostgresException same) when (same.SqlState == PostgresErrorCodes.UniqueViolation)
                {
                    // Which the service answers by taking the one that is there.
                }
            }));

        Assert.True(WereContested(), $"{inserted} inserted, {refused} refused, {erased} erased");
        Assert.Equal(0L, await _host.AskAsync<long>("""
            select count(*) from mail.mt_doc_scheduled_email e, jsonb_array_elements(e.data->'attachments') a
            where not exists (select from mail.attachment x join mail.attachment_piece p on p.attachment = x.id
                where x.client_id = e.client_id and 'sha256-' || encode(x.sha256, 'hex') = a->>'id')
            """));
        await RunOnceAsync(connection => Retention.RunOnceAsync(
            connection, TimeSpan.Zero, TimeProvider.System.GetUtcNow().AddDays(1), "scheduler-1", CancellationToken.None));
        await RunOnceAsync(
            connection => AttachmentUse.DropOldAsync(connection, TimeProvider.System.GetUtcNow().AddDays(4), CancellationToken.None));
        Assert.Equal(
            0L,
            await _host.AskAsync<long>(
                "select (select count(*) from mail.attachment) + (select count(*) from mail.attachment_piece) + (select count(*) from "
                + "mail.attachment_of_body)"));

        bool WereContested() => inserted > 20 && refused > 0 && erased > 0;

        async Task RunAsync(Func<NpgsqlConnection, Task> act)
        {
            await using var connection = await _host.DataSource.OpenConnectionAsync();
            while (TimeProvider.System.GetElapsedTime(started) is var passed
                && (passed < _forSeconds || (passed < Deadline.Sweep && !WereContested())))
            {
                await act(connection);
            }
        }
    }

    private async Task RunOnceAsync<T>(Func<NpgsqlConnection, Task<T>> act)
    {
        await using var connection = await _host.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await act(connection);
        await transaction.CommitAsync();
    }
}

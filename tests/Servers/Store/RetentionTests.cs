using Mail.Store;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.Servers.Store;

/// <summary>What e-mails say goes, some time after they became final, and nothing else.</summary>
public sealed class RetentionTests(TestServers servers) : IAsyncLifetime
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
        await Retention.PrepareAsync(_connection, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task What_was_final_for_so_long_loses_its_content_and_nothing_else()
    {
        var id = await InsertAsync("secret", EmailStatus.Sent);
        Assert.Equal(0, await EraseAsync(_now + _keep - TimeSpan.FromMinutes(1)));
        Assert.Equal(1, await EraseAsync(_now + _keep + TimeSpan.FromMinutes(1)));
        Assert.Equal(0, await EraseAsync(_now + _keep + TimeSpan.FromMinutes(1)));
        await using var session = _host.Documents.QuerySession();
        var email = (await session.LoadAsync<ScheduledEmail>(id))!;
        Assert.Equal((EmailStatus.Sent, EmailBody.Erased, "Hello"), (email.Status, email.BodyId, email.Subject));
        Assert.Equal(["ada@example.com"], email.To);
        Assert.Equal(["scheduled", "content_erased"], email.Timeline.Select(entry => entry.Event));
        Assert.Equal("30 days after it became final", email.Timeline[^1].Detail);
        Assert.Equal(0L, await BodiesAsync());
    }

    [Theory]
    [InlineData(EmailStatus.Pending)]
    [InlineData(EmailStatus.Sending)]
    public async Task What_is_not_final_keeps_its_content_however_old(string status)
    {
        await InsertAsync("needed", status);
        Assert.Equal(0, await EraseAsync(_now.AddYears(10)));
        Assert.Equal(1L, await BodiesAsync());
    }

    [Fact]
    public async Task A_body_stays_as_long_as_one_email_needs_it()
    {
        await InsertAsync("shared", EmailStatus.Sent);
        var pending = await InsertAsync("shared", EmailStatus.Pending);
        Assert.Equal(1, await EraseAsync(_now.AddYears(1)));
        Assert.Equal(1L, await BodiesAsync());
        await EmailChanges.CancelAsync(
            _connection, [EmailTransition.Cancel(pending, CancelReason.Cancelled, null, null, "config-1")], CancellationToken.None);
        Assert.Equal(1, await EraseAsync(_now.AddYears(1)));
        Assert.Equal(0L, await BodiesAsync());
    }

    [Fact]
    public async Task An_email_inserted_while_its_body_is_being_erased_has_it()
    {
        await InsertAsync("again", EmailStatus.Sent);
        await using var other = await _host.DataSource.OpenConnectionAsync();
        await using var inserting = await other.BeginTransactionAsync();
        await InsertAsync("again", EmailStatus.Pending, other);
        var erasing = EraseAsync(_now.AddYears(1));
        await Deadline.UntilAsync(
            () => _host.AskAsync<bool>("select exists (select from pg_locks where locktype = 'advisory' and not granted)"), waits => waits);
        await inserting.CommitAsync();
        Assert.Equal(1, await erasing);
        Assert.Equal(1L, await BodiesAsync());
    }

    [Fact]
    public async Task An_email_that_is_read_while_it_is_erased_is_whole_or_erased_and_never_between()
    {
        var ids = new List<Guid>();
        for (var number = 0; number < 300; number++)
            ids.Add(await InsertAsync($"text {number}", EmailStatus.Sent));
        var looked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var erasing = Task.Run(async () =>
        {
            await using var other = await _host.DataSource.OpenConnectionAsync();
            await using var transaction = await other.BeginTransactionAsync();
            await Retention.RunOnceAsync(other, _keep, _now.AddYears(1), "scheduler-1", CancellationToken.None);
            await looked.Task;
            await transaction.CommitAsync();
        });
        var seen = new List<(bool HasText, bool IsErased)>();
        do
        {
            foreach (var id in ids)
            {
                var (email, body) = (await EmailLookup.FindWithBodyAsync(_connection, id, CancellationToken.None))!.Value;
                seen.Add((body is not null, email.BodyId == EmailBody.Erased));
            }

            looked.TrySetResult();
        }
        while (!erasing.IsCompleted || (seen[^1].HasText && erasing.IsCompletedSuccessfully));
        await erasing;
        Assert.Contains((true, false), seen);
        Assert.All(seen, each => Assert.NotEqual(each.HasText, each.IsErased));
    }

    [Fact]
    public async Task The_index_of_an_earlier_version_which_kept_all_erased_emails_in_one_chain_is_replaced()
    {
        foreach (var statement in new[]
        {
            "drop index mail.scheduled_email_of_body",
            "create index scheduled_email_by_body on mail.mt_doc_scheduled_email using hash ((data->>'body_id'))",
        })
        {
            await using var old = new NpgsqlCommand(statement, _connection);
            await old.ExecuteNonQueryAsync();
        }

        await Retention.PrepareAsync(_connection, CancellationToken.None);
        Assert.Equal("scheduled_email_of_body", await _host.AskAsync<string>(
            "select string_agg(indexname, ' ') from pg_indexes where indexname like 'scheduled_email_%_body'"));
    }

    [Fact]
    public async Task A_pass_that_finds_little_costs_little_whatever_there_is()
    {
        for (var count = 0; count < 2000; count++)
            await InsertAsync($"text {count}", EmailStatus.Pending);
        await InsertAsync("old", EmailStatus.Sent);
        foreach (var statement in new[] { "vacuum analyze mail.mt_doc_scheduled_email", "vacuum analyze mail.mt_doc_email_body" })
        {
            await using var analyze = new NpgsqlCommand(statement, _connection);
            await analyze.ExecuteNonQueryAsync();
        }

        var before = await FetchedAsync();
        Assert.Equal(1, await EraseAsync(_now.AddYears(1)));
        // Statistics reach the view when the connection is idle.
        var after = await Deadline.UntilAsync(FetchedAsync, fetched => fetched > before);
        Assert.InRange(after - before, 1, 30);
    }

    private Task<long> BodiesAsync() => _host.AskAsync<long>("select count(*) from mail.mt_doc_email_body");

    private Task<long> FetchedAsync() => _host.AskAsync<long>(
        "select sum(coalesce(idx_tup_fetch, 0) + seq_tup_read)::bigint from pg_stat_user_tables where relname in "
        + "('mt_doc_scheduled_email', 'mt_doc_email_body')");

    private async Task<int> EraseAsync(DateTimeOffset now)
    {
        await using var transaction = await _connection.BeginTransactionAsync();
        var erased = await Retention.RunOnceAsync(_connection, _keep, now, "scheduler-1", CancellationToken.None);
        await transaction.CommitAsync();
        return erased;
    }

    private async Task<Guid> InsertAsync(string text, string status, NpgsqlConnection? connection = null)
    {
        var (email, body) = NewEmail.Due(_now, text);
        await EmailInserts.InsertAsync(connection ?? _connection, [email with { Status = status }], [body], CancellationToken.None);
        return email.Id;
    }
}

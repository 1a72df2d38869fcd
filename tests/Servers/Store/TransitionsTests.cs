using System.Text.Json.Nodes;
using Mail.Store;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.Servers.Store;

/// <summary>The moves between states, on a real PostgreSQL.</summary>
public sealed class TransitionsTests(TestServers servers) : IAsyncLifetime
{
    private static readonly DateTimeOffset _due = new(2026, 12, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly Claim _claim = new(Guid.CreateVersion7(), Guid.CreateVersion7(), "sender-1", "");

    private StoreHost _host = null!;
    private NpgsqlConnection _connection = null!;
    private Place _place = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await StoreHost.StartAsync(servers);
        _connection = await _host.DataSource.OpenConnectionAsync();
        _place = await Installations.FindAsync(_connection, "", CancellationToken.None);
        await CountAsync(waiting: 0);
        await Installations.TrustAsync(_connection, _place, counter: 1, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_claim_takes_what_is_pending_due_and_worth_sending_and_only_once()
    {
        var id = await InsertAsync();
        Assert.Empty(await ClaimAsync(id, _due.AddMilliseconds(-1)));
        Assert.Empty(await ClaimAsync(id, _due.AddHours(72)));
        var claimed = Assert.Single(await ClaimAsync(id, _due));
        Assert.Equal((EmailStatus.Sending, _claim.Sender, "text"), (claimed.Email.Status, claimed.Email.ClaimedBy, claimed.Body.Text));
        Assert.Empty(await ClaimAsync(id, _due));
        Assert.Equal(["scheduled", "sending"], (await LoadAsync(id)).Timeline.Select(entry => entry.Event));
    }

    [Theory]
    [InlineData(Hold.Everything)]
    [InlineData("acme")]
    public async Task Nothing_is_claimed_while_it_is_held(string hold)
    {
        var id = await InsertAsync();
        await using var session = _host.Documents.LightweightSession();
        session.Store(new Hold { Id = hold, Since = _due, By = "operator" });
        await session.SaveChangesAsync();
        Assert.Empty(await ClaimAsync(id, _due));
        session.Delete<Hold>(hold);
        await session.SaveChangesAsync();
        Assert.Single(await ClaimAsync(id, _due));
    }

    [Fact]
    public async Task Cancel_and_claim_exclude_each_other()
    {
        var cancelled = await InsertAsync();
        Assert.Single(await EmailChanges.CancelAsync(
            _connection, [EmailTransition.Cancel(cancelled, CancelReason.Cancelled, null, null, "config-1")], CancellationToken.None));
        Assert.Empty(await ClaimAsync(cancelled, _due));
        var claimed = await InsertAsync();
        await ClaimAsync(claimed, _due);
        Assert.Empty(await EmailChanges.CancelAsync(
            _connection, [EmailTransition.Cancel(claimed, CancelReason.Cancelled, null, null, "config-1")], CancellationToken.None));
    }

    [Fact]
    public async Task An_outcome_is_accepted_only_from_the_claim_it_belongs_to()
    {
        var id = await InsertAsync();
        await ClaimAsync(id, _due);
        Assert.Empty(await RecordAsync(id, Guid.CreateVersion7(), _claim.Batch));
        Assert.Empty(await RecordAsync(id, _claim.Sender, Guid.CreateVersion7()));
        Assert.Single(await RecordAsync(id, _claim.Sender, _claim.Batch));
        Assert.Empty(await RecordAsync(id, _claim.Sender, _claim.Batch));
        Assert.Equal(EmailStatus.Sent, (await LoadAsync(id)).Status);
    }

    [Fact]
    public async Task A_dead_senders_claim_becomes_unknown_and_its_late_outcome_corrects_it()
    {
        var id = await InsertAsync();
        await ClaimAsync(id, _due);
        Assert.Equal(1, await EmailSweep.LoseClaimsAsync(_connection, TimeSpan.FromSeconds(30), "scheduler-1", CancellationToken.None));
        Assert.Equal((EmailStatus.Unknown, 1), ((await LoadAsync(id)).Status, (await LoadAsync(id)).Attempts));
        Assert.Single(await RecordAsync(id, _claim.Sender, _claim.Batch));
        Assert.Equal(EmailStatus.Sent, (await LoadAsync(id)).Status);
    }

    [Theory]
    [InlineData("staging", "")]
    [InlineData("", "started at another time")]
    public async Task Nothing_is_claimed_where_the_system_has_not_vouched_for_the_database_it_finds(string installation, string elsewhere)
    {
        var id = await InsertAsync();
        await Installations.TrustAsync(
            _connection, _place with { Fingerprint = _place.Fingerprint + elsewhere }, counter: 1, CancellationToken.None);
        Assert.Null(
            await EmailClaims.ClaimAsync(_connection, _claim with { Installation = installation }, [id], _due, CancellationToken.None));
        await Installations.TrustAsync(_connection, _place, counter: 1, CancellationToken.None);
        Assert.Single(await ClaimAsync(id, _due));
    }

    [Theory]
    [InlineData("update mail.restore_mark set emails = emails")] // in another transaction than the one that the row names
    [InlineData(
        "create table mail.restored as table mail.restore_mark; truncate mail.restore_mark; insert into mail.restore_mark table "
        + "mail.restored")]
    [InlineData("truncate mail.restore_mark")] // a restore that has not come to it yet
    [InlineData(
        "alter table mail.mt_doc_scheduled_email rename to before; create table mail.mt_doc_scheduled_email (like mail.before including "
        + "all); insert into mail.mt_doc_scheduled_email table mail.before")]
    public async Task Nothing_is_claimed_where_a_restore_wrote_the_tables_whatever_else_is_as_it_was(string restore)
    {
        var id = await InsertAsync();
        await ExecuteAsync(restore);
        Assert.Null(await EmailClaims.ClaimAsync(_connection, _claim, [id], _due, CancellationToken.None));
        Assert.True((await Installations.LoadAsync(_connection, CancellationToken.None))!.Restored);
        Assert.Equal(EmailStatus.Pending, (await LoadAsync(id)).Status);
    }

    [Fact]
    public async Task A_table_that_was_rewritten_in_place_was_not_restored()
    {
        var id = await InsertAsync();
        foreach (var table in new[] { "restore_mark", "mt_doc_installation", "mt_doc_scheduled_email" })
        {
            await ExecuteAsync($"vacuum full mail.{table}");
            await ExecuteAsync($"vacuum freeze mail.{table}");
        }

        Assert.Single(await ClaimAsync(id, _due));
    }

    [Fact]
    public async Task A_release_lets_claims_go_on_and_takes_back_no_count()
    {
        var id = await InsertAsync();
        await ExecuteAsync("update mail.restore_mark set emails = emails");
        await Installations.HoldAsync(_connection, new(_place, Counter: 7), "restored", CancellationToken.None);
        await Installations.RecordAsync(_connection, _place, counter: 9, waiting: 0, CancellationToken.None);
        await using var other = await _host.DataSource.OpenConnectionAsync();
        Task<KnownInstallation?> looking;
        await using (var releasing = await _connection.BeginTransactionAsync())
        {
            await Installations.AcceptAsync(_connection, CancellationToken.None);
            // Who looks meanwhile waits, and then sees all of the release.
            looking = Installations.LoadAsync(other, CancellationToken.None);
            await using var blocked = _host.DataSource.CreateCommand(
                "select exists (select from pg_locks where locktype = 'transactionid' and not granted)");
            await Deadline.UntilAsync(() => blocked.ExecuteScalarAsync(), answer => answer is true);
            await releasing.CommitAsync();
        }

        var known = (await looking)!;
        Assert.Equal((9L, false, true), (known.Installation.Counter, known.Restored, known.IsTrusted(_place)));
        await ExecuteAsync("delete from mail.mt_doc_hold");
        Assert.Single(await ClaimAsync(id, _due));
    }

    [Fact]
    public async Task Nobody_vouches_for_another_count_than_the_one_that_was_judged()
    {
        await CountAsync(waiting: 0);
        Assert.False(await Installations.TrustAsync(_connection, _place, counter: 2, CancellationToken.None));
        Assert.True(await Installations.TrustAsync(_connection, _place, counter: 1, CancellationToken.None));
    }

    [Fact]
    public async Task Who_holds_can_wait_until_no_claim_is_under_way_that_has_not_seen_the_hold()
    {
        var id = await InsertAsync();
        await using var other = await _host.DataSource.OpenConnectionAsync();
        await using (var claiming = await _connection.BeginTransactionAsync())
        {
            Assert.Single(await ClaimAsync(id, _due));
            var waiting = ClaimLock.AwaitClaimsAsync(other, CancellationToken.None);
            await using var blocked = _host.DataSource.CreateCommand(
                "select exists (select from pg_locks where locktype = 'advisory' and not granted)");
            await Deadline.UntilAsync(() => blocked.ExecuteScalarAsync(), answer => answer is true);
            Assert.False(waiting.IsCompleted);
            await claiming.CommitAsync();
            await waiting;
        }

        Assert.True(await EmailStates.AnySendingAsync(other, null, CancellationToken.None));
        Assert.True(await EmailStates.AnySendingAsync(other, "acme", CancellationToken.None));
        Assert.False(await EmailStates.AnySendingAsync(other, "other", CancellationToken.None));
    }

    [Fact]
    public async Task What_was_resent_is_never_pending_again_and_may_still_turn_out_to_be_sent()
    {
        var id = await InsertAsync();
        await ClaimAsync(id, _due);
        Assert.Equal(1, await EmailSweep.LoseClaimsAsync(_connection, TimeSpan.FromSeconds(30), "scheduler-1", CancellationToken.None));
        Assert.Single(await EmailChanges.ResendAsync(
            _connection, [EmailTransition.Resend(id, Guid.CreateVersion7(), "config-1")], CancellationToken.None));
        var again = new EmailTransition(
            id, new JsonObject { ["status"] = EmailStatus.Pending }, EmailTransition.Line("attempt_failed", "450 later", "sender-1"));
        Assert.Empty(await AttemptOutcomes.RecordAsync(_connection, _claim.Sender, [(_claim.Batch, again)], CancellationToken.None));
        Assert.Empty(await GiveBackAsync(_claim.Batch));
        Assert.Single(await RecordAsync(id, _claim.Sender, _claim.Batch));
        Assert.Empty(await EmailChanges.ResendAsync(
            _connection, [EmailTransition.Resend(id, Guid.CreateVersion7(), "config-1")], CancellationToken.None));
        Assert.Equal(EmailStatus.Sent, (await LoadAsync(id)).Status);
    }

    [Fact]
    public async Task What_was_dismissed_while_in_doubt_asks_again_once_the_truth_is_known()
    {
        var (sent, again) = (await InsertAsync(), await InsertAsync());
        foreach (var id in new[] { sent, again })
        {
            Assert.Empty(await DismissAsync(id));
            Assert.Single(await ClaimAsync(id, _due));
            Assert.Equal(1, await EmailSweep.LoseClaimsAsync(_connection, TimeSpan.FromSeconds(30), "scheduler-1", CancellationToken.None));
            var dismissed = Assert.Single(await DismissAsync(id)).Dismissed!;
            Assert.Equal(("operator", dismissed.At), (dismissed.By, (await LoadAsync(id)).Timeline[^1].At));
            // Once: who was first, and when, stays.
            Assert.Empty(await DismissAsync(id));
        }

        Assert.Single(await RecordAsync(sent, _claim.Sender, _claim.Batch));
        Assert.Equal((EmailStatus.Sent, null), ((await LoadAsync(sent)).Status, (await LoadAsync(sent)).Dismissed));
        Assert.Equal([again], await GiveBackAsync(_claim.Batch));
        Assert.Equal((EmailStatus.Pending, null), ((await LoadAsync(again)).Status, (await LoadAsync(again)).Dismissed));

        Task<List<ScheduledEmail>> DismissAsync(Guid id) =>
            EmailChanges.DismissAsync(_connection, [EmailTransition.Dismiss(id, "operator", "config-1")], CancellationToken.None);
    }

    [Fact]
    public async Task A_claim_waits_for_no_row_and_names_those_that_someone_has_locked()
    {
        var (free, locked, stale) = (await InsertAsync(), await InsertAsync(), await InsertAsync(due: _due.AddHours(1)));
        await using var other = await _host.DataSource.OpenConnectionAsync();
        await using (await other.BeginTransactionAsync())
        {
            await EmailStates.StatusesAsync(other, [locked, stale], @lock: true, CancellationToken.None);
            var claimed = (await EmailClaims.ClaimAsync(_connection, _claim, [free, locked, stale], _due, CancellationToken.None))!;
            Assert.Equal(free, Assert.Single(claimed.Emails).Email.Id);
            Assert.Equal([locked], claimed.Locked);
        }

        Assert.Single(await ClaimAsync(locked, _due));
    }

    [Fact]
    public async Task What_the_sweep_moves_waits_for_no_row_either()
    {
        var (free, locked) = (await InsertAsync(), await InsertAsync());
        await using var other = await _host.DataSource.OpenConnectionAsync();
        await using (await other.BeginTransactionAsync())
        {
            await EmailStates.StatusesAsync(other, [locked], @lock: true, CancellationToken.None);
            Assert.Single(await EmailSweep.ExpireAsync(_connection, _due.AddHours(72), "scheduler-1", CancellationToken.None));
        }

        Assert.Equal((EmailStatus.Expired, EmailStatus.Pending), ((await LoadAsync(free)).Status, (await LoadAsync(locked)).Status));
        Assert.Single(await EmailSweep.ExpireAsync(_connection, _due.AddHours(72), "scheduler-1", CancellationToken.None));
    }

    [Fact]
    public async Task A_timeline_keeps_the_first_line_and_the_last_hundred_and_counts_the_others()
    {
        var id = await InsertAsync();
        for (var count = 1; count <= 150; count++)
        {
            var moved = Assert.Single(await EmailChanges.RescheduleAsync(
                _connection,
                [EmailTransition.Reschedule(id, _due, _due.AddHours(72), Guid.CreateVersion7(), "moved", $"{count}", "config-1")],
                CancellationToken.None));
            Assert.Equal((Math.Min(count + 1, 101), Math.Max(0, count - 100)), (moved.Timeline.Count, moved.TimelineLeftOut));
        }

        var email = await LoadAsync(id);
        Assert.Equal("scheduled", email.Timeline[0].Event);
        Assert.Equal(Enumerable.Range(51, 100).Select(count => $"{count}"), email.Timeline.Skip(1).Select(entry => entry.Detail));
    }

    [Fact]
    public async Task A_move_names_the_timer_of_the_one_before_so_that_none_is_left_behind()
    {
        var id = await InsertAsync();
        Guid? before = null;
        foreach (var wakeup in new[] { Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7() })
        {
            var moved = Assert.Single(await EmailChanges.RescheduleAsync(
                _connection, [EmailTransition.Reschedule(id, _due, _due.AddHours(72), wakeup, "moved", null, "config-1")],
                CancellationToken.None));
            Assert.Equal((wakeup, before), (moved.Wakeup, moved.WakeupBefore));
            before = wakeup;
        }
    }

    [Fact]
    public async Task An_outcome_and_the_next_claim_are_one_and_wait_for_nobody()
    {
        var (first, next, locked) = (await InsertAsync(), await InsertAsync(), await InsertAsync());
        await ClaimAsync(first, _due);
        var following = _claim with { Batch = Guid.CreateVersion7() };
        await using var other = await _host.DataSource.OpenConnectionAsync();
        await using (await other.BeginTransactionAsync())
        {
            await EmailStates.StatusesAsync(other, [locked], @lock: true, CancellationToken.None);
            var claimed = Assert.Single(await RecordAndClaimAsync(first, following, next, locked));
            Assert.Equal(
                (next, EmailStatus.Sending, (Guid?)following.Batch, "text"),
                (claimed.Email.Id, claimed.Email.Status, claimed.Email.ClaimBatch, claimed.Body.Text));
        }

        Assert.Equal((EmailStatus.Sent, EmailStatus.Pending), ((await LoadAsync(first)).Status, (await LoadAsync(locked)).Status));
    }

    [Fact]
    public async Task While_someone_waits_for_claims_to_end_an_outcome_is_written_and_brings_no_claim()
    {
        var (first, next) = (await InsertAsync(), await InsertAsync());
        await ClaimAsync(first, _due);
        await using var other = await _host.DataSource.OpenConnectionAsync();
        await using (await other.BeginTransactionAsync())
        {
            await ClaimLock.AwaitClaimsAsync(other, CancellationToken.None);
            Assert.Empty(await RecordAndClaimAsync(first, _claim with { Batch = Guid.CreateVersion7() }, next));
        }

        Assert.Equal((EmailStatus.Sent, EmailStatus.Pending), ((await LoadAsync(first)).Status, (await LoadAsync(next)).Status));
    }

    [Fact]
    public async Task A_living_senders_claim_is_left_alone()
    {
        var id = await InsertAsync();
        await using var session = _host.Documents.LightweightSession();
        session.Store(new Sender
        {
            Id = _claim.Sender,
            Instance = "sender-1",
            Configured = true,
            Missing = [],
            Variables = new Dictionary<string, bool>(),
            Effective = new(null, null, "none", 30, null, null),
            State = SenderState.Ready,
        });
        await session.SaveChangesAsync();
        await ClaimAsync(id, _due);
        Assert.Equal(0, await EmailSweep.LoseClaimsAsync(_connection, TimeSpan.FromSeconds(30), "scheduler-1", CancellationToken.None));
        Assert.Equal(EmailStatus.Sending, (await LoadAsync(id)).Status);
    }

    [Fact]
    public async Task A_lost_batch_is_given_back_and_no_other()
    {
        var id = await InsertAsync();
        await ClaimAsync(id, _due);
        Assert.Empty(await GiveBackAsync(Guid.CreateVersion7()));
        Assert.Equal([id], await GiveBackAsync(_claim.Batch));
        Assert.Equal((EmailStatus.Pending, null), ((await LoadAsync(id)).Status, (await LoadAsync(id)).ClaimedBy));
        Assert.Single(await ClaimAsync(id, _due));
    }

    [Fact]
    public async Task What_is_past_send_before_expires_untried_and_fails_tried()
    {
        var untried = await InsertAsync();
        var tried = await InsertAsync(attempts: 3);
        Assert.Empty(await EmailSweep.ExpireAsync(_connection, _due, "scheduler-1", CancellationToken.None));
        Assert.Equal(
            [EmailStatus.Expired, EmailStatus.Failed],
            (await EmailSweep.ExpireAsync(_connection, _due.AddHours(72), "scheduler-1", CancellationToken.None))
                .Order(StringComparer.Ordinal));
        Assert.Equal((EmailStatus.Expired, EmailStatus.Failed), ((await LoadAsync(untried)).Status, (await LoadAsync(tried)).Status));
    }

    [Fact]
    public async Task An_overdue_email_is_woken_and_not_again_too_soon_nor_while_there_is_a_backlog()
    {
        var id = await InsertAsync(due: TimeProvider.System.GetUtcNow().AddMinutes(-2));
        Assert.Empty(await OverdueAsync(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5)));
        Assert.Equal([id], await OverdueAsync(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5)));
        Assert.Empty(await OverdueAsync(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5)));

        Assert.Equal([id], await OverdueAsync(TimeSpan.FromMinutes(1), TimeSpan.Zero));
        await CountAsync(waiting: 100);
        Assert.Empty(await OverdueAsync(TimeSpan.FromMinutes(1), TimeSpan.Zero));

        Task<List<Guid>> OverdueAsync(TimeSpan grace, TimeSpan again) =>
            EmailSweep.OverdueAsync(_connection, grace, again, 10, CancellationToken.None);
    }

    [Fact]
    public async Task Columns_always_say_what_the_document_says()
    {
        var id = await InsertAsync();
        await ClaimAsync(id, _due);
        await RecordAsync(id, _claim.Sender, _claim.Batch);
        await using var command = new NpgsqlCommand("""
            select count(*) from mail.mt_doc_scheduled_email where status = data->>'status' and due_at = (data->>'due_at')::timestamptz
                and client_id = data->>'client_id' and claimed_by::text = data->>'claimed_by'
                    and send_before = (data->>'send_before')::timestamptz
            """, _connection);
        Assert.Equal(1L, await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_claim_a_cancel_and_a_lost_claim_cost_the_same_whatever_else_is_pending()
    {
        // Statistics from when nothing was pending, as they are when much is saved at once: the index of what is pending then
        // looks empty to the planner.
        await InsertAsync(1000);
        foreach (var statement in new[]
        {
            "update mail.mt_doc_scheduled_email set status = 'sent'", "vacuum analyze mail.mt_doc_scheduled_email",
        })
        {
            await using var quiet = new NpgsqlCommand(statement, _connection);
            await quiet.ExecuteNonQueryAsync();
        }

        var ids = await InsertAsync(2000);
        await using var transaction = await _connection.BeginTransactionAsync();
        await using var fetched = new NpgsqlCommand(
            "select idx_tup_fetch + seq_tup_read from pg_stat_xact_user_tables where relname = 'mt_doc_scheduled_email'", _connection);
        Assert.Single(await ClaimAsync(ids[0], _due));
        Assert.Single(await EmailChanges.CancelAsync(
            _connection, [EmailTransition.Cancel(ids[1], CancelReason.Cancelled, null, null, "config-1")], CancellationToken.None));
        Assert.Single(await GiveBackAsync(_claim.Batch));
        Assert.InRange((long)(await fetched.ExecuteScalarAsync())!, 1, 20);
    }

    [Fact]
    public async Task Ten_emails_with_one_body_store_it_once()
    {
        for (var count = 0; count < 10; count++)
            await InsertAsync();
        await using var command = new NpgsqlCommand("select count(*) from mail.mt_doc_email_body", _connection);
        Assert.Equal(1L, await command.ExecuteScalarAsync());
    }

    private async Task<List<Guid>> InsertAsync(int count)
    {
        var ids = new List<Guid>();
        while (ids.Count < count)
            ids.Add(await InsertAsync());
        return ids;
    }

    private async Task<Guid> InsertAsync(DateTimeOffset? due = null, int attempts = 0)
    {
        var (email, body) = NewEmail.Due(due ?? _due, "text");
        await EmailInserts.InsertAsync(_connection, [email with { Attempts = attempts }], [body], CancellationToken.None);
        return email.Id;
    }

    private async Task<List<ClaimedEmail>> ClaimAsync(Guid id, DateTimeOffset now) =>
        Assert.IsType<Claimed>(await EmailClaims.ClaimAsync(_connection, _claim, [id], now, CancellationToken.None)).Emails;

    private Task<List<Guid>> GiveBackAsync(Guid batch) =>
        EmailClaims.GiveBackAsync(_connection, _claim.Sender, [batch], _claim.By, CancellationToken.None);

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _host.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private Task CountAsync(long waiting) => Installations.RecordAsync(_connection, _place, counter: 1, waiting, CancellationToken.None);

    private Task<List<Guid>> RecordAsync(Guid id, Guid sender, Guid batch) =>
        AttemptOutcomes.RecordAsync(_connection, sender, [(batch, Sent(id))], CancellationToken.None);

    private Task<List<ClaimedEmail>> RecordAndClaimAsync(Guid sent, Claim claim, params Guid[] ids) =>
        EmailClaims.RecordAndClaimAsync(_connection, [(_claim.Batch, Sent(sent))], claim, ids, _due, CancellationToken.None);

    private static EmailTransition Sent(Guid id) =>
        new(id, new JsonObject { ["status"] = EmailStatus.Sent, ["attempts"] = 1 }, EmailTransition.Line("sent", "250 Ok", "sender-1"));

    private async Task<ScheduledEmail> LoadAsync(Guid id)
    {
        await using var session = _host.Documents.QuerySession();
        return (await session.LoadAsync<ScheduledEmail>(id))!;
    }
}

using System.Text.Json.Nodes;
using Mail.Store;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.Servers.Store;

/// <summary>
/// What a save or a delete of a config leaves behind in mid-attempt is not tried again, whichever of the two comes first.
/// </summary>
public sealed class NotTriedAgainTests(TestServers servers) : IAsyncLifetime
{
    private static readonly DateTimeOffset _due = new(2026, 12, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly Claim _claim = new(Guid.CreateVersion7(), Guid.CreateVersion7(), "sender-1", "");
    private static readonly Guid _successor = Guid.CreateVersion7();

    private StoreHost _host = null!;
    private NpgsqlConnection _connection = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await StoreHost.StartAsync(servers);
        _connection = await _host.DataSource.OpenConnectionAsync();
        var place = await Installations.FindAsync(_connection, "", CancellationToken.None);
        await Installations.RecordAsync(_connection, place, counter: 1, waiting: 0, CancellationToken.None);
        await Installations.TrustAsync(_connection, place, counter: 1, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Theory]
    [InlineData(CancelReason.Superseded)]
    [InlineData(CancelReason.Removed)]
    public async Task An_attempt_that_would_be_repeated_ends_in_a_cancel(string reason)
    {
        var id = await SendingAsync();
        await LeaveAsync(id, reason);
        Assert.Equal(EmailStatus.Sending, (await LoadAsync(id)).Status);
        Assert.Single(await RecordAsync(id, EmailStatus.Pending));
        await AssertCancelledAsync(id, reason, "attempt_failed");
    }

    [Theory]
    [InlineData(CancelReason.Superseded)]
    [InlineData(CancelReason.Removed)]
    public async Task A_late_outcome_of_one_in_doubt_that_says_again_ends_in_a_cancel(string reason)
    {
        var id = await SendingAsync();
        Assert.Equal(1, await EmailSweep.LoseClaimsAsync(_connection, TimeSpan.FromSeconds(30), "scheduler-1", CancellationToken.None));
        await LeaveAsync(id, reason);
        Assert.Single(await RecordAsync(id, EmailStatus.Pending));
        await AssertCancelledAsync(id, reason, "attempt_failed");
    }

    [Fact]
    public async Task A_claim_that_is_given_back_ends_in_a_cancel()
    {
        var id = await SendingAsync();
        await LeaveAsync(id, CancelReason.Removed);
        Assert.Single(await EmailClaims.GiveBackAsync(_connection, _claim.Sender, [_claim.Batch], "sender-1", CancellationToken.None));
        await AssertCancelledAsync(id, CancelReason.Removed, "returned");
    }

    [Theory]
    [InlineData(EmailStatus.Sent)]
    [InlineData(EmailStatus.Failed)]
    [InlineData(EmailStatus.Unknown)]
    public async Task An_attempt_that_is_not_repeated_ends_as_it_would(string status)
    {
        var id = await SendingAsync();
        await LeaveAsync(id, CancelReason.Superseded);
        Assert.Single(await RecordAsync(id, status));
        Assert.Equal((status, null), ((await LoadAsync(id)).Status, (await LoadAsync(id)).Reason));
    }

    [Fact]
    public async Task An_outcome_that_waits_for_the_save_sees_what_the_save_has_left()
    {
        var id = await SendingAsync();
        await using var other = await _host.DataSource.OpenConnectionAsync();
        Task<List<Guid>> recording;
        await using (var saving = await _connection.BeginTransactionAsync())
        {
            await EmailStates.StatusesAsync(_connection, [id], @lock: true, CancellationToken.None);
            recording = RecordAsync(id, EmailStatus.Pending, other);
            await Deadline.UntilAsync(() => _host.AskAsync<bool>("select exists (select from pg_locks where not granted)"), waits => waits);
            await LeaveAsync(id, CancelReason.Removed);
            await saving.CommitAsync();
        }

        Assert.Single(await recording);
        await AssertCancelledAsync(id, CancelReason.Removed, "attempt_failed");
    }

    [Fact]
    public async Task A_save_that_waits_for_the_outcome_finds_it_pending()
    {
        var id = await SendingAsync();
        await using var other = await _host.DataSource.OpenConnectionAsync();
        Task<Dictionary<Guid, string>> locking;
        await using (var recording = await _connection.BeginTransactionAsync())
        {
            await RecordAsync(id, EmailStatus.Pending);
            locking = EmailStates.StatusesAsync(other, [id], @lock: true, CancellationToken.None);
            await Deadline.UntilAsync(() => _host.AskAsync<bool>("select exists (select from pg_locks where not granted)"), waits => waits);
            await recording.CommitAsync();
        }

        Assert.Equal(EmailStatus.Pending, (await locking)[id]);
    }

    [Fact]
    public async Task An_earlier_versions_outcome_that_makes_it_pending_gets_it_no_claim()
    {
        var id = await SendingAsync();
        await LeaveAsync(id, CancelReason.Removed);
        await using var old = new NpgsqlCommand(
            "update mail.mt_doc_scheduled_email set status = 'pending', data = data || '{\"status\": \"pending\"}' where id = @id",
            _connection)
        {
            Parameters = { new("id", id) },
        };
        await old.ExecuteNonQueryAsync();
        Assert.Empty((await EmailClaims.ClaimAsync(
            _connection, _claim with { Batch = Guid.CreateVersion7() }, [id], _due, CancellationToken.None))!.Emails);
    }

    [Fact]
    public async Task What_a_config_has_left_behind_is_found_and_nothing_else()
    {
        var (left, item) = (await InsertAsync(), await InsertAsync());
        await InsertAsync(EmailSource.OneOff);
        await SendingAsync();
        Assert.Equal([(left, "welcome")], await LeftAsync("acme", [item], []));
        Assert.Empty(await LeftAsync("other", [], []));
    }

    [Fact]
    public async Task Occurrences_of_a_series_that_an_earlier_version_dropped_are_left_behind()
    {
        var (email, body) = NewEmail.Due(_due, "text");
        await EmailInserts.InsertAsync(
            _connection, [email with { Source = EmailSource.Config, Key = "series", Occurrence = "2026-12-05T09:00:00" }], [body],
            CancellationToken.None);
        Assert.Empty(await LeftAsync("acme", [], ["another", "series"]));
        Assert.Equal([(email.Id, "series")], await LeftAsync("acme", [], ["another"]));
        Assert.Equal([(email.Id, "series")], await LeftAsync("acme", [], []));
    }

    private Task<List<(Guid Id, string Key)>> LeftAsync(string clientId, Guid[] items, string[] series) =>
        EmailStates.LeftByConfigAsync(_connection, clientId, items, series, @lock: true, CancellationToken.None);

    private async Task AssertCancelledAsync(Guid id, string reason, string attempt)
    {
        var email = await LoadAsync(id);
        Assert.Equal((EmailStatus.Cancelled, reason), (email.Status, email.Reason));
        Assert.Equal(reason == CancelReason.Superseded ? _successor : null, email.SupersededBy);
        Assert.Equal(["not_tried_again", attempt, "cancelled"], email.Timeline.Skip(email.Timeline.Count - 3).Select(entry => entry.Event));
        Assert.Equal(_due, email.DueAt);
        Assert.Empty((await EmailClaims.ClaimAsync(_connection, _claim, [id], _due.AddHours(1), CancellationToken.None))!.Emails);
    }

    private async Task LeaveAsync(Guid id, string reason) => Assert.Single(await EmailChanges.CancelOnRetryAsync(
        _connection,
        [EmailTransition.CancelOnRetry(id, reason, reason == CancelReason.Superseded ? _successor : null, "config revision 2", "config-1")],
        CancellationToken.None));

    private Task<List<Guid>> RecordAsync(Guid id, string status, NpgsqlConnection? connection = null)
    {
        var patch = new JsonObject { ["status"] = status, ["attempts"] = 1 };
        if (status == EmailStatus.Pending)
            (patch["due_at"], patch["claimed_by"], patch["claim_batch"]) = (_due.AddHours(1), null, null);
        var move = new EmailTransition(
            id, patch, EmailTransition.Line(status == EmailStatus.Pending ? "attempt_failed" : status, "451 later", "sender-1"));
        return AttemptOutcomes.RecordAsync(connection ?? _connection, _claim.Sender, [(_claim.Batch, move)], CancellationToken.None);
    }

    private async Task<Guid> SendingAsync()
    {
        var id = await InsertAsync();
        Assert.Single((await EmailClaims.ClaimAsync(_connection, _claim, [id], _due, CancellationToken.None))!.Emails);
        return id;
    }

    private async Task<Guid> InsertAsync(string source = EmailSource.Config)
    {
        var (email, body) = NewEmail.Due(_due, "text");
        await EmailInserts.InsertAsync(_connection, [email with { Source = source, Key = "welcome" }], [body], CancellationToken.None);
        return email.Id;
    }

    private async Task<ScheduledEmail> LoadAsync(Guid id)
    {
        await using var session = _host.Documents.QuerySession();
        return (await session.LoadAsync<ScheduledEmail>(id))!;
    }
}

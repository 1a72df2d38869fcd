using System.Text.Json.Nodes;
using Mail.ConfigService.Emails;
using Mail.Store;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.Servers.Store;

/// <summary>An outcome and the remainder that it leaves are written together, once, or not at all.</summary>
public sealed class RemainderTests(TestServers servers) : IAsyncLifetime
{
    private static readonly DateTimeOffset _due = new(2026, 12, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly Claim _claim = new(Guid.CreateVersion7(), Guid.CreateVersion7(), "sender-1", "");

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

    [Fact]
    public async Task The_outcome_and_its_remainder_are_written_together_and_a_second_write_writes_neither()
    {
        var email = await ClaimedAsync();
        var move = Move(email);

        Assert.Equal(new HashSet<Guid> { email.Id, move.Remainder!.Email.Id }, [.. await RecordAsync(move)]);
        Assert.Empty(await RecordAsync(move));

        var (original, rest) = (await LoadAsync(email.Id), await LoadAsync(move.Remainder.Email.Id));
        Assert.Equal((EmailStatus.Sent, rest!.Id), (original!.Status, original.Remainder));
        Assert.Equal(["scheduled", "sending", "sent", "remainder"], original.Timeline.Select(entry => entry.Event));
        Assert.Equal((EmailStatus.Pending, email.Id, email.BodyId), (rest.Status, rest.RemainderOf, rest.BodyId));
        Assert.Equal(
            1L,
            await _host.AskAsync<long>(
                "select count(*) from mail.mt_doc_scheduled_email where data ? 'remainder_of' and status = 'pending' and due_at = "
                + "(data->>'due_at')::timestamptz"));
    }

    [Fact]
    public async Task An_outcome_that_is_rolled_back_leaves_no_remainder()
    {
        var email = await ClaimedAsync();
        var move = Move(email);
        await using (var transaction = await _connection.BeginTransactionAsync())
        {
            Assert.Equal(2, (await RecordAsync(move)).Count);
            await transaction.RollbackAsync();
        }

        Assert.Equal((EmailStatus.Sending, null), ((await LoadAsync(email.Id))!.Status, await LoadAsync(move.Remainder!.Email.Id)));
        Assert.Equal(2, (await RecordAsync(move)).Count);
    }

    [Fact]
    public async Task A_late_outcome_that_corrects_what_was_in_doubt_leaves_the_remainder_too()
    {
        var email = await ClaimedAsync();
        Assert.Equal(1, await EmailSweep.LoseClaimsAsync(_connection, TimeSpan.FromSeconds(30), "scheduler-1", CancellationToken.None));

        Assert.Equal(2, (await RecordAsync(Move(email))).Count);

        Assert.Equal(EmailStatus.Sent, (await LoadAsync(email.Id))!.Status);
    }

    [Fact]
    public async Task Nothing_is_left_for_recipients_that_a_resend_has_served_meanwhile()
    {
        var email = await ClaimedAsync();
        await EmailSweep.LoseClaimsAsync(_connection, TimeSpan.FromSeconds(30), "scheduler-1", CancellationToken.None);
        Assert.Single(await EmailChanges.ResendAsync(
            _connection, [EmailTransition.Resend(email.Id, Guid.CreateVersion7(), "config-1")], CancellationToken.None));

        Assert.Equal([email.Id], await RecordAsync(Move(email)));

        var original = (await LoadAsync(email.Id))!;
        Assert.Equal((EmailStatus.Sent, null), (original.Status, original.Remainder));
        Assert.Equal("sent", original.Timeline[^1].Event);
    }

    [Fact]
    public async Task An_outcome_of_another_claim_leaves_no_remainder()
    {
        var move = Move(await ClaimedAsync());

        Assert.Empty(await AttemptOutcomes.RecordAsync(_connection, Guid.CreateVersion7(), [(_claim.Batch, move)], CancellationToken.None));
        Assert.Null(await LoadAsync(move.Remainder!.Email.Id));
    }

    [Fact]
    public async Task A_batch_of_outcomes_writes_those_with_a_remainder_and_those_without()
    {
        var (first, second) = (await ClaimedAsync(), await ClaimedAsync());
        var (with, without) = (Move(first), Move(second) with { Remainder = null });

        var written = await AttemptOutcomes.RecordAsync(
            _connection, _claim.Sender, [(_claim.Batch, without), (_claim.Batch, with)], CancellationToken.None);

        Assert.Equal(new HashSet<Guid> { first.Id, second.Id, with.Remainder!.Email.Id }, [.. written]);
        Assert.Null((await LoadAsync(second.Id))!.Remainder);
    }

    [Fact]
    public async Task A_remainder_is_found_by_whom_it_goes_to_and_erased_with_its_client()
    {
        var email = await ClaimedAsync();
        var move = Move(email);
        await RecordAsync(move);

        Assert.Equal([move.Remainder!.Email.Id, email.Id], await FindAsync("b@example.com"));
        Assert.Equal([email.Id], await FindAsync("a@example.com"));
        await using (var transaction = await _connection.BeginTransactionAsync())
        {
            Assert.Equal(
                2, (await ClientErasure.EraseEmailsAsync(_connection, "acme", Guid.CreateVersion7(), CancellationToken.None)).Values.Sum());
            await transaction.CommitAsync();
        }

        Assert.Empty(await FindAsync("b@example.com"));
        Assert.Equal(0L, await _host.AskAsync<long>("select count(*) from mail.email_recipient"));
    }

    [Fact]
    public async Task A_remainder_that_was_not_tried_again_in_time_has_failed()
    {
        var move = Move(await ClaimedAsync());
        await RecordAsync(move);

        Assert.Equal(
            [EmailStatus.Failed], await EmailSweep.ExpireAsync(_connection, _due.AddHours(72), "scheduler-1", CancellationToken.None));
        Assert.Equal(EmailStatus.Failed, (await LoadAsync(move.Remainder!.Email.Id))!.Status);
    }

    private async Task<ScheduledEmail> ClaimedAsync()
    {
        var (email, body) = NewEmail.Due(_due, "text");
        await EmailInserts.InsertAsync(
            _connection, [email with { To = ["a@example.com"], Cc = ["Ben <b@example.com>"] }], [body], CancellationToken.None);
        return Assert.Single((await EmailClaims.ClaimAsync(_connection, _claim, [email.Id], _due, CancellationToken.None))!.Emails).Email;
    }

    private static EmailTransition Move(ScheduledEmail email)
    {
        var rest = email with
        {
            Id = Guid.CreateVersion7(),
            Source = EmailSource.Remainder,
            To = [],
            Named = new(email.To, email.Cc, email.Bcc),
            RemainderOf = email.Id,
            MessageOf = email.Id,
            Status = EmailStatus.Pending,
            ClaimedBy = null,
            ClaimBatch = null,
        };
        return new(
            email.Id, new JsonObject { ["status"] = EmailStatus.Sent, ["attempts"] = 1 },
            EmailTransition.Line("sent", "250 Ok", "sender-1"))
        {
            Remainder = new(rest, EmailTransition.Line(Remainder.Event, $"They get it as {rest.Id}.", "sender-1")),
        };
    }

    private Task<List<Guid>> RecordAsync(EmailTransition move) =>
        AttemptOutcomes.RecordAsync(_connection, _claim.Sender, [(_claim.Batch, move)], CancellationToken.None);

    private async Task<IEnumerable<Guid>> FindAsync(string recipient) =>
        (await EmailSearch.RunAsync(_connection, new() { Recipient = recipient }, after: null, 50, CancellationToken.None)).Emails
            .Select(email => email.Id);

    private async Task<ScheduledEmail?> LoadAsync(Guid id)
    {
        await using var session = _host.Documents.QuerySession();
        return await session.LoadAsync<ScheduledEmail>(id);
    }
}

using Mail.ConfigService;
using Mail.ConfigService.Access;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Hosting;
using Mail.Store;
using Mail.Tests.Fixtures;
using Mail.Tests.Servers.Store;
using Npgsql;

namespace Mail.Tests.Servers.ConfigService;

/// <summary>Cancels that come at the same time share transactions, and each is answered as it would be alone.</summary>
public sealed class CancelGroupTests(TestServers servers) : IAsyncLifetime
{
    private static readonly Caller _another = new("other", "another's key", Guid.CreateVersion7());

    private readonly ConnectionQueue _queue = new(TimeProvider.System);
    private StoreHost _host = null!;
    private CancelEmail _cancel = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await StoreHost.StartAsync(servers);
        var unit = new UnitOfWork(_host.DataSource, _host.Documents, _queue);
        _cancel = new CancelEmail(unit, new CancelGroup(unit, TimeProvider.System), new("config-1", ""));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _queue.Dispose();
    }

    [Fact]
    public async Task Each_of_many_at_once_is_answered_as_it_would_be_alone()
    {
        var pending = await InsertAsync(EmailStatus.Pending, 200);
        var sent = await InsertAsync(EmailStatus.Sent, 20);
        var answers = await Task.WhenAll(
            pending.SelectMany(id => new[] { AskAsync(id, _another), AskAsync(id, Caller.Operator), AskAsync(id, Caller.Operator) })
                .Concat(sent.Select(id => AskAsync(id, Caller.Operator)))
                .Append(AskAsync(Guid.CreateVersion7(), Caller.Operator)));
        Assert.Equal(
            [
                .. pending.SelectMany(_ => new[] { "email_not_found", "cancelled", "cancelled" }), .. sent.Select(_ => "too_late"),
                "email_not_found",
            ],
            answers);

        await using var session = _host.Documents.QuerySession();
        var cancelled = await session.LoadManyAsync<ScheduledEmail>([.. pending]);
        Assert.All(cancelled, email => Assert.Equal(["scheduled", "cancelled"], email.Timeline.Select(line => line.Event)));
        // The lines of one statement have one time. A group that meets another is written one by one.
        Assert.InRange(cancelled.DistinctBy(email => email.Timeline[^1].At).Count(), 1, pending.Count - 1);
    }

    [Fact]
    public async Task One_that_is_being_claimed_keeps_no_other_waiting()
    {
        var ids = await InsertAsync(EmailStatus.Pending, 60);
        await using var sender = await _host.DataSource.OpenConnectionAsync();
        await using var claim = await sender.BeginTransactionAsync();
        await using (var update = new NpgsqlCommand(
            "update mail.mt_doc_scheduled_email set status = 'sending', data = data || '{\"status\":\"sending\"}' where id = $1", sender)
        {
            Parameters = { new() { Value = ids[7] } },
        })
        {
            await update.ExecuteNonQueryAsync();
        }

        var answers = ids.Select(id => AskAsync(id, Caller.Operator)).ToList();
        Assert.All(await Task.WhenAll(answers.Where((_, index) => index != 7)), answer => Assert.Equal("cancelled", answer));
        Assert.False(answers[7].IsCompleted);
        await claim.CommitAsync();
        Assert.Equal("too_late", await answers[7]);
    }

    private async Task<string> AskAsync(Guid id, Caller caller)
    {
        try
        {
            return (await _cancel.RunAsync(id.ToString(), caller, CancellationToken.None)).Status;
        }
        catch (ProblemException refusal)
        {
            return refusal.Code.Name;
        }
    }

    private async Task<List<Guid>> InsertAsync(string status, int count)
    {
        var (email, body) = Store.NewEmail.Due(TimeProvider.System.GetUtcNow().AddHours(1), "text");
        var emails = Enumerable.Range(0, count).Select(_ => email with { Id = Guid.CreateVersion7(), Status = status }).ToList();
        await using var connection = await _host.DataSource.OpenConnectionAsync();
        await EmailInserts.InsertAsync(connection, emails, [body], CancellationToken.None);
        return [.. emails.Select(each => each.Id)];
    }
}

using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Mail.ConfigService;
using Mail.ConfigService.Access;
using Mail.ConfigService.Bulk;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Forecasts;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Hosting;
using Mail.Store;
using Mail.Tests.Fixtures;
using Mail.Tests.Servers.Store;
using Npgsql;

namespace Mail.Tests.Servers.ConfigService;

/// <summary>Many e-mails at once: what becomes of each is what a request for it alone makes of it, and takes few statements.</summary>
public sealed partial class ChangeManyTests(TestServers servers) : IAsyncLifetime
{
    private static readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private static readonly Instance _instance = new("config-1", "");
    private StoreHost _host = null!;
    private UnitOfWork _unit = null!;
    private ConnectionQueue _queue = null!;
    private SendingForecast _forecast = null!;
    private ChangeMany _many = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await StoreHost.StartAsync(servers);
        _queue = new ConnectionQueue(TimeProvider.System);
        _unit = new UnitOfWork(_host.DataSource, _host.Documents, _queue);
        _forecast = new SendingForecast(_unit, TimeProvider.System);
        _many = new ChangeMany(_unit, _host.Outbox, _instance);
    }

    public async ValueTask DisposeAsync()
    {
        _forecast.Dispose();
        await _host.DisposeAsync();
        _queue.Dispose();
    }

    public static TheoryData<string, int> Actions =>
    [
        .. from action in BulkAction.All from seed in new[] { 1, 2, 3 } select new TheoryDataRow<string, int>(action, seed),
    ];

    [Theory]
    [MemberData(nameof(Actions))]
    public async Task Each_is_treated_as_its_own_request_would_treat_it(string action, int seed)
    {
        var random = new Random(seed);
        var change = new BulkChange(action, Ids: null, Filter: null);
        if (action == BulkAction.Move)
        {
            change = random.Next(2) == 0
                ? change with { To = _now.AddHours(random.Next(0, 5)) }
                : change with { By = TimeSpan.FromHours(random.Next(-5, 80)) };
        }

        // Twins, of which one is changed alone and the other with all the rest.
        List<(ScheduledEmail Alone, ScheduledEmail Together)> twins = [];
        for (var number = 0; number < 120; number++)
        {
            var email = Any(random);
            twins.Add((email, email with { Id = Guid.CreateVersion7() }));
        }

        await InsertAsync([.. twins.Select(twin => twin.Alone), .. twins.Select(twin => twin.Together)]);
        var caller = new Caller("acme", "shop", Guid.CreateVersion7());
        List<(string Outcome, Guid? New)> alone = [];
        foreach (var (email, _) in twins)
            alone.Add(await AloneAsync(email, change, caller));
        // The ones that are not there, and those of another client.
        var stranger = Any(random) with { ClientId = "other" };
        await InsertAsync([stranger]);
        Guid[] ids = [.. twins.Select(twin => twin.Together.Id), Guid.CreateVersion7(), stranger.Id];
        var dry = await _many.RunAsync(change with { Ids = ids }, dryRun: true, caller, CancellationToken.None);
        var together = await _many.RunAsync(change with { Ids = ids }, dryRun: false, caller, CancellationToken.None);

        Assert.Equal(ids, together.Results.Select(result => result.Id));
        Assert.Equal(
            [.. alone.Select(each => each.Outcome), "email_not_found", "email_not_found"], together.Results.Select(each => each.Result));
        Assert.Equal(together.Results.Select(each => each.Result), dry.Results.Select(each => each.Result));
        Assert.Equal((120, alone.Count(each => each.Outcome == "done")), (together.Matched, together.Done));
        Assert.True(together.Done is > 0 and < 120, $"{together.Done} of 120 show nothing");
        foreach (var (index, (one, other)) in twins.Index())
        {
            Assert.Equal(await ReadAsync(one.Id), await ReadAsync(other.Id));
            Assert.Equal(alone[index].New is null, together.Results[index].EmailId is null);
            if (action == BulkAction.Resend && alone[index] is ("done", { } made))
            {
                Assert.Equal(await ReadAsync(made), await ReadAsync(together.Results[index].EmailId!.Value));
                Assert.Equal(other.Id, (await LoadAsync(together.Results[index].EmailId!.Value)).ResendOf);
            }
        }

        // Each that goes out at another time, or again, has a timer.
        var timers = await _host.AskAsync<long>("select count(*) from scheduler.timers");
        Assert.Equal(
            action switch
            {
                BulkAction.Cancel or BulkAction.Dismiss => 0,
                BulkAction.Resend => together.Done + (long)Math.Ceiling(together.Done / 8.0),
                _ => 2 * together.Done,
            },
            timers);
    }

    [Fact]
    [Long]
    public async Task Ten_thousand_take_a_handful_of_statements()
    {
        var statements = 0;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = _ => Interlocked.Increment(ref statements),
        };
        ActivitySource.AddActivityListener(listener);
        var emails = Enumerable.Range(0, 10_000).Select(_ => Plain() with { Id = Guid.CreateVersion7() }).ToList();
        foreach (var part in emails.Chunk(2_000))
            await InsertAsync(part);
        foreach (var (change, outcome) in new (BulkChange, string)[]
        {
            (new(BulkAction.Move, null, new() { ClientId = "acme" }, By: TimeSpan.FromHours(1)), "done"),
            (new(BulkAction.SendNow, null, new() { Statuses = [EmailStatus.Pending] }), "done"),
            (new(BulkAction.Cancel, null, new() { Statuses = [EmailStatus.Pending] }), "done"),
            (new(BulkAction.Cancel, [.. emails.Select(email => email.Id)], null), "done"),
            (new(BulkAction.Resend, null, new() { ClientId = "acme" }), "not_resendable"),
        })
        {
            var started = Stopwatch.GetTimestamp();
            statements = 0;
            var answer = await _many.RunAsync(change, dryRun: false, Caller.Operator, CancellationToken.None);
            // However many e-mails there are. How long that takes on a quiet machine is in docs/performance.md.
            Assert.InRange(statements, 1, 14);
            Assert.All(answer.Results, result => Assert.Equal(outcome, result.Result));
            Assert.Equal(10_000, answer.Matched);
            TestContext.Current.TestOutputHelper?.WriteLine($"{change.Action}: {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s");
        }

        await InsertAsync([Plain()]);
        var refusal = await Assert.ThrowsAsync<ProblemException>(() => _many.RunAsync(
            new(BulkAction.Cancel, null, new() { ClientId = "acme" }), dryRun: true, Caller.Operator, CancellationToken.None));
        Assert.Equal(("too_many_emails", 10_001L), (refusal.Code.Name, refusal.Extensions["count"]));
    }

    [Fact]
    public async Task Requests_about_the_same_emails_in_any_order_wait_for_each_other_and_each_is_done_once()
    {
        var failed = Failed(300);
        await InsertAsync(failed);
        var random = new Random(7);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
        {
            Guid[] ids = [.. failed.Select(email => email.Id)];
            random.Shuffle(ids);
            return Task.Run(() => ResendAsync(ids));
        }));
        var results = answers.SelectMany(answer => answer.Results).ToLookup(result => result.Id);
        Assert.All(failed, email =>
        {
            Assert.Single(results[email.Id], result => result.Result == "done");
            Assert.Equal(7, results[email.Id].Count(result => result.Result == "already_resent"));
            Assert.Single(results[email.Id].Select(result => result.EmailId).Distinct());
        });
        Assert.Equal(300L, await _host.AskAsync<long>("select count(*) from mail.mt_doc_scheduled_email where status = 'pending'"));
    }

    [Fact]
    public async Task Who_erases_the_client_meanwhile_leaves_nothing_behind_or_is_told_of_first()
    {
        var failed = Failed(200);
        await InsertAsync(failed);
        await using var connection = await _host.DataSource.OpenConnectionAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            // The last step of an erasure: nobody inserts, and the e-mails are locked after that.
            await ClientErasure.BlockInsertsAsync(connection, "acme", CancellationToken.None);
            var refused = await Assert.ThrowsAnyAsync<Exception>(() => ResendAsync([.. failed.Select(email => email.Id)]));
            Assert.Equal("too_busy", ProblemException.From(refused).Code.Name);
            await ClientErasure.EraseEmailsAsync(connection, "acme", Guid.CreateVersion7(), CancellationToken.None);
            await transaction.CommitAsync();
        }

        Assert.Equal(0L, await _host.AskAsync<long>("select count(*) from mail.mt_doc_scheduled_email"));
        Assert.Equal(0L, await _host.AskAsync<long>("select count(*) from scheduler.timers"));
    }

    private Task<BulkAnswer> ResendAsync(Guid[] ids) =>
        _many.RunAsync(new(BulkAction.Resend, ids, null), dryRun: false, Caller.Operator, CancellationToken.None);

    private static List<ScheduledEmail> Failed(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Plain() with { Id = Guid.CreateVersion7(), Status = EmailStatus.Failed })];

    private async Task<(string Outcome, Guid? New)> AloneAsync(ScheduledEmail email, BulkChange change, Caller caller)
    {
        var (id, none) = (email.Id.ToString(), CancellationToken.None);
        var zones = new CurrentTimeZones(TimeZones.BuiltIn, new(TimeZones.BuiltIn));
        var reschedule = new RescheduleEmail(_unit, _host.Outbox, _forecast, zones, _instance);
        try
        {
            var view = await (change.Action switch
            {
                BulkAction.Cancel =>
                    new CancelEmail(_unit, new CancelGroup(_unit, TimeProvider.System), _instance).RunAsync(id, caller, none),
                BulkAction.SendNow => reschedule.RunAsync(id, to: null, caller, none),
                BulkAction.Move => reschedule.RunAsync(id, change.To ?? (email.ScheduledDatetime + change.By), caller, none),
                BulkAction.Resend => new ResendEmail(_unit, _host.Outbox, _forecast, _instance).RunAsync(id, to: null, caller, none),
                _ => new DismissEmail(_unit, _instance).RunAsync(id, caller, none),
            });
            return ("done", change.Action == BulkAction.Resend ? view.Id : null);
        }
        catch (ProblemException refusal)
        {
            return refusal.Code.Name == "invalid_body"
                ? ("past_send_before", null)
                : (refusal.Code.Name, (Guid?)refusal.Extensions.GetValueOrDefault("resent_as"));
        }
    }

    private static ScheduledEmail Any(Random random)
    {
        var due = _now.AddMinutes(random.Next(-90, 600));
        var status = EmailStatus.All[random.Next(EmailStatus.All.Count)];
        var isRemainder = random.Next(8) == 0;
        return Plain() with
        {
            Id = Guid.CreateVersion7(),
            Source = isRemainder ? EmailSource.Remainder : random.Next(3) == 0 ? EmailSource.Config : EmailSource.OneOff,
            Key = random.Next(2) == 0 ? "key" : null,
            Status = random.Next(3) == 0 ? EmailStatus.Pending : status,
            To = isRemainder ? ["bob@example.com"] : ["ada@example.com"],
            Named = isRemainder ? new(["ada@example.com", "bob@example.com"], [], []) : null,
            RemainderOf = isRemainder ? Guid.CreateVersion7() : null,
            ScheduledDatetime = due,
            DueAt = due,
            SendBefore = due.AddHours(random.Next(1, 72)),
            SendBeforeSet = random.Next(2) == 0,
            ResentAs = random.Next(6) == 0 ? Guid.CreateVersion7() : null,
            Dismissed = random.Next(6) == 0 ? new(_now, "somebody") : null,
            BodyId = random.Next(8) == 0 ? EmailBody.Erased : Plain().BodyId,
            MessageBytes = 1234,
        };
    }

    private static ScheduledEmail Plain() => Store.NewEmail.Due(_now.AddHours(3), "text").Email;

    private async Task InsertAsync(IReadOnlyCollection<ScheduledEmail> emails)
    {
        await using var connection = await _host.DataSource.OpenConnectionAsync();
        await EmailInserts.InsertAsync(connection, emails, [Store.NewEmail.Due(_now, "text").Body], CancellationToken.None);
    }

    private async Task<ScheduledEmail> LoadAsync(Guid id)
    {
        await using var session = _host.Documents.QuerySession();
        return (await session.LoadAsync<ScheduledEmail>(id))!;
    }

    // The document, but for what is new each time: ids, and the moment.
    private async Task<string> ReadAsync(Guid id)
    {
        await using var command = _host.DataSource.CreateCommand("select data::text from mail.mt_doc_scheduled_email where id = $1");
        command.Parameters.Add(new() { Value = id });
        var data = JsonNode.Parse((string)(await command.ExecuteScalarAsync())!)!.AsObject();
        var isNow = data["timeline"]!.AsArray().Any(line => (string?)line!["event"] is "send_now") || data["resend_of"] is not null;
        foreach (var field in new[] { "created_at", isNow ? "scheduled_datetime" : "", isNow ? "due_at" : "", isNow ? "send_before" : "" })
            data.Remove(field);
        foreach (var line in data["timeline"]!.AsArray())
            line!.AsObject().Remove("at");
        data["dismissed"]?.AsObject().Remove("at");
        var text = NewEachTime().Replace(data.ToJsonString(), "…");
        return isNow ? Times().Replace(text, "…") : text;
    }

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex NewEachTime();

    [GeneratedRegex(@" to \d{4}-\d\d-\d\dT[0-9:.]+Z", RegexOptions.NonBacktracking)]
    private static partial Regex Times();
}

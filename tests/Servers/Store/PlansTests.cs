using System.Collections.Concurrent;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Forecasts;
using Mail.ConfigService.Status;
using Mail.Store;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.Servers.Store;

/// <summary>
/// With many e-mails the statements that are run all the time walk their indexes, and never the table: PostgreSQL's auto_explain tells
/// how it did what it was just asked.
/// </summary>
public sealed class PlansTests(TestServers servers) : IAsyncLifetime
{
    private const int Many = 60_000;

    private static Task<string>? _filled;
    private readonly ConcurrentQueue<string> _plans = new();
    private StoreHost _host = null!;
    private NpgsqlConnection _connection = null!;

    public async ValueTask InitializeAsync()
    {
        // The statistics are copied, too.
        _host = await StoreHost.CopyAsync(servers, await (_filled ??= FillAsync()));
        _connection = await _host.DataSource.OpenConnectionAsync();
        await ExecuteAsync(
            "load 'auto_explain'; set auto_explain.log_min_duration = 0; set auto_explain.log_level = notice; set "
            + "auto_explain.log_nested_statements = off");
        // As the services' own connections plan: for any values, and compiled by nobody.
        await ExecuteAsync("set plan_cache_mode = force_generic_plan; set jit = off");
        _connection.Notice += (_, notice) => _plans.Enqueue(notice.Notice.MessageText);
    }

    private async Task<string> FillAsync()
    {
        _host = await StoreHost.StartAsync(servers);
        _connection = await _host.DataSource.OpenConnectionAsync();
        var (email, body) = NewEmail.Due(TimeProvider.System.GetUtcNow().AddMinutes(-10), "text");
        await EmailInserts.InsertAsync(_connection, [email], [body], CancellationToken.None);
        // A third is pending, one in a hundred failed, of a hundred clients, over a month.
        await ExecuteAsync($"""
            insert into mail.mt_doc_scheduled_email (id, data, client_id, status, key, scheduled_datetime, due_at, send_before)
            select id, data || jsonb_build_object('id', id, 'status', status, 'client_id', client_id, 'due_at', due, 'scheduled_datetime',
                due, 'to', jsonb_build_array('customer-' || n || '@example.com'))
                || case when n % 6 = 0 then jsonb_build_object('template', jsonb_build_object('name', 'welcome', 'version', 1))
                    else jsonb_build_object() end,
                client_id, status, null, due, due,
                due + interval '3 days'
            from (select gen_random_uuid() id, 'client-' || n % 100 client_id, case when n % 100 = 1 then 'failed' when n % 3 = 0
                then 'pending' else 'sent' end status, now() + (n - {Many} / 2) * interval '1 minute' due, n
                  from generate_series(1, {Many}) n) made, (select data from mail.mt_doc_scheduled_email limit 1) one;
            """);
        // Remembered requests, half of them old; and counts of a month.
        await ExecuteAsync("""
            insert into mail.mt_doc_idempotent_request (id, data, mt_last_modified)
            select client_id || '/' || id, jsonb_build_object('email_ids', jsonb_build_array(id)), now() - (random() * 2 * interval '1 day')
                from mail.mt_doc_scheduled_email;
            insert into mail.outcome_count (since, source, sent, failed, unknown, expired, lateness)
            select now() - n * interval '2 minutes', gen_random_uuid(), 0, 0, 0, 0, '{}' from generate_series(1, 20000) n
            """);
        await InsertSeriesAsync();
        await InsertWebhooksAsync();
        // Events of a hundred clients over these days.
        await ExecuteAsync($"""
            insert into mail.event (xid, type, client_id, email_id, at)
            select (n / 10 + 1)::text::xid8, 2, 'client-' || n % 100, gen_random_uuid(), now() + n % 4 * interval '1 day'
                from generate_series(1, {Many}) n;
            analyze mail.event
            """);
        await Retention.PrepareAsync(_connection, CancellationToken.None);
        await ExecuteAsync("vacuum analyze mail.mt_doc_scheduled_email");
        await ExecuteAsync("analyze mail.email_recipient; analyze mail.mt_doc_idempotent_request; analyze mail.outcome_count");
        await ExecuteAsync("analyze mail.series");
        await _connection.DisposeAsync();
        return await _host.CloseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Every_hot_statement_walks_its_index()
    {
        var id = await _host.AskAsync<Guid>("select id from mail.mt_doc_scheduled_email where status = 'pending' limit 1");
        var claim = new Claim(Guid.CreateVersion7(), Guid.CreateVersion7(), "sender-1", "");
        var move = EmailTransition.Cancel(id, CancelReason.Cancelled, null, null, "config-1");
        await AssertAsync(
            "pkey_mt_doc_scheduled_email_id", () => EmailClaims.ClaimAsync(_connection, claim, [id], null, CancellationToken.None));
        await AssertAsync(
            "pkey_mt_doc_scheduled_email_id",
            () => EmailClaims.RecordAndClaimAsync(_connection, [(claim.Batch, move)], claim, [id], null, CancellationToken.None));
        await AssertAsync(
            "pkey_mt_doc_scheduled_email_id",
            () => AttemptOutcomes.RecordAsync(_connection, claim.Sender, [(claim.Batch, move)], CancellationToken.None));
        var left = move with
        {
            Remainder = new(
                NewEmail.Due(TimeProvider.System.GetUtcNow(), "text").Email, EmailTransition.Line(Remainder.Event, null, "sender-1")),
        };
        await AssertAsync(
            "pkey_mt_doc_scheduled_email_id",
            () => AttemptOutcomes.RecordAsync(_connection, claim.Sender, [(claim.Batch, left)], CancellationToken.None));
        await AssertAsync("pkey_mt_doc_scheduled_email_id", () => EmailChanges.CancelAsync(_connection, [move], CancellationToken.None));
        await AssertAsync(
            "pkey_mt_doc_scheduled_email_id", () => EmailChanges.CancelManyAsync(_connection, [move], CancellationToken.None));
        await AssertAsync(
            "pkey_mt_doc_scheduled_email_id",
            () => EmailChanges.CancelOwnAsync(_connection, [(move, "client-7")], patience: null, CancellationToken.None));
        await AssertAsync(
            "pkey_mt_doc_scheduled_email_id", () => EmailLookup.FindWithBodyAsync(_connection, id, CancellationToken.None));
        await AssertAsync(
            "pkey_mt_doc_scheduled_email_id", () => EmailStates.StatusesAsync(_connection, [id], @lock: true, CancellationToken.None));
        await AssertAsync(
            "pkey_mt_doc_scheduled_email_id",
            () => EmailStates.StatusesAsync(_connection, [id], "client-7", @lock: true, CancellationToken.None));
        await AssertAsync(
            "pkey_mt_doc_scheduled_email_id",
            () => EmailStates.EmailsAsync(_connection, [id], "client-7", @lock: true, CancellationToken.None));
        await AssertAsync("pkey_mt_doc_scheduled_email_id", () => EmailChanges.DismissAsync(_connection, [move], CancellationToken.None));
        await AssertAsync("pkey_mt_doc_scheduled_email_id", () => EmailChanges.ResendAsync(_connection, [move], CancellationToken.None));
        await AssertAsync(
            "pkey_mt_doc_scheduled_email_id", () => EmailChanges.RescheduleAsync(_connection, [move], CancellationToken.None));
        await AssertAsync(
            "scheduled_email_claims",
            () => EmailClaims.GiveBackAsync(_connection, claim.Sender, [claim.Batch], "sender-1", CancellationToken.None));
        await AssertAsync(
            "scheduled_email_overdue",
            () => EmailSweep.OverdueAsync(_connection, TimeSpan.Zero, TimeSpan.FromMinutes(5), 10, CancellationToken.None));
        await AssertAsync("scheduled_email_overdue", () => EmailStates.DueAsync(_connection, CancellationToken.None));
        await AssertAsync(
            "scheduled_email_expiry",
            () => EmailSweep.ExpireAsync(_connection, TimeProvider.System.GetUtcNow().AddYears(-1), "scheduler-1", CancellationToken.None));
        await AssertAsync(
            "scheduled_email_claims",
            () => EmailSweep.LoseClaimsAsync(_connection, TimeSpan.FromSeconds(30), "scheduler-1", CancellationToken.None));
        await AssertAsync("scheduled_email_claims", () => EmailStates.AnySendingAsync(_connection, null, CancellationToken.None));
        await AssertAsync("scheduled_email_claims", () => Backlog.ReadAsync(_connection, CancellationToken.None));
        await AssertAsync("scheduled_email_overdue", () => Backlog.ReadAsync(_connection, CancellationToken.None));
        await AssertAsync(
            "scheduled_email_of_config",
            () => EmailStates.LeftByConfigAsync(_connection, "client-7", [id], ["daily-1"], @lock: true, CancellationToken.None));
        await AssertAsync("scheduled_email_of_template", () => TemplatedEmails.OlderAsync(
            _connection, "client-6", new("welcome", 9), @lock: true, CancellationToken.None));
        await AssertAsync("scheduled_email_queue", () => ReadQueueAsync(null));
        await AssertAsync("scheduled_email_large", () => ReadQueueAsync(null));
        await AssertAsync("scheduled_email_large", () => ReadQueueAsync("client-7"));
        await AssertAsync("scheduled_email_client_queue", () => ReadQueueAsync("client-7"));
        await AssertAsync(
            "scheduled_email_queue", () => ReadQueueAsync(null, new Hold { Id = "client-7", Since = default, By = "operator" }));
        await AssertAsync("scheduled_email_claims", () => ClientErasure.SendingAsync(_connection, "nobody", CancellationToken.None));
        await AssertAsync(
            "scheduled_email_list",
            () => ClientErasure.EraseEmailsAsync(_connection, "nobody", Guid.CreateVersion7(), CancellationToken.None));
        await AssertAsync(
            "idempotent_request_of_client", () => ClientErasure.EraseRequestsAsync(_connection, "nobody", CancellationToken.None));
        await AssertAsync("outcome_count_pkey", () => Cleanup.RunOnceAsync(_connection, null, CancellationToken.None));
        await AssertAsync("idempotent_request_old", () => Cleanup.RunOnceAsync(_connection, null, CancellationToken.None));
        await AssertAsync(
            "pkey_mt_doc_scheduled_email_id",
            () => Cleanup.RunOnceAsync(_connection, TimeProvider.System.GetUtcNow().AddDays(2), CancellationToken.None));
        await AssertAsync(
            "scheduled_email_occurrence",
            () => SeriesOccurrences.ExistingAsync(
                _connection, "client-7", [("daily-1", "2020-01-01T00:00:00"), ("daily-2", "2026-01-01T00:00:00")], @lock: true,
                CancellationToken.None));
        await AssertAsync(
            "scheduled_email_occurrence",
            () => SeriesOccurrences.WaitingAsync(_connection, "client-7", ["daily-1"], "2020-01-01T00:00:00", CancellationToken.None));
        var versions = new TimeZoneVersions(TimeZones.BuiltIn);
        var topUps = new SeriesTopUps(_host.Outbox, TimeZones.BuiltIn, versions);
        await AssertAsync(
            "scheduled_email_occurrence", () => topUps.RunOnceAsync(_connection, null, "scheduler-1", CancellationToken.None));
        await AssertAsync("series_top_up", () => topUps.RunOnceAsync(_connection, null, "scheduler-1", CancellationToken.None));
        await AssertAsync(
            "scheduled_email_of_zones",
            () => new ZoneChange(_host.Outbox, TimeZones.BuiltIn, versions).RunOnceAsync(
                _connection, TimeProvider.System.GetUtcNow(), "scheduler-1", CancellationToken.None));
        await AssertAsync("pkey_mt_doc_installation_id", () => Installations.LoadAsync(_connection, CancellationToken.None));
        // Something to erase, so that bodies are looked for as well.
        await AssertAsync("scheduled_email_of_body", () => Retention.RunOnceAsync(
            _connection, TimeSpan.FromMinutes(1), TimeProvider.System.GetUtcNow().AddYears(1), "scheduler-1", CancellationToken.None));
        await AssertAsync(
            "scheduled_email_retention",
            () => Retention.RunOnceAsync(_connection, TimeSpan.FromDays(3650), null, "scheduler-1", CancellationToken.None));
    }

    // While a backup runs, the index of claims keeps whatever was sent meanwhile.
    [Fact]
    public async Task An_outcome_is_found_by_its_id_and_not_among_all_that_its_sender_has_claimed()
    {
        var claim = new Claim(Guid.CreateVersion7(), Guid.CreateVersion7(), "sender-1", "");
        var move = EmailTransition.Cancel(Guid.CreateVersion7(), CancelReason.Cancelled, null, null, "config-1");
        Func<Task>[] statements =
        [
            () => EmailClaims.RecordAndClaimAsync(_connection, [(claim.Batch, move)], claim, [], null, CancellationToken.None),
            () => AttemptOutcomes.RecordAsync(_connection, claim.Sender, [(claim.Batch, move)], CancellationToken.None),
            () => EmailChanges.CancelOnRetryAsync(_connection, [move], CancellationToken.None),
        ];
        foreach (var statement in statements)
        {
            var plans = await AssertAsync("pkey_mt_doc_scheduled_email_id", statement);
            Assert.DoesNotContain("scheduled_email_claims", plans, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Readers_of_the_feed_walk_its_indexes()
    {
        var end = await EventFeed.EndAsync(_connection, CancellationToken.None);
        foreach (var after in new[] { null, end })
        {
            await AssertAsync(
                "_xid_id_idx", () => EventFeed.ReadAsync(_connection, null, after, [], 50, CancellationToken.None));
            // Behind the end nothing is, and either index says so at once.
            var index = after is null ? "_client_id_xid_id_idx" : "_xid_id_idx";
            await AssertAsync(index, () => EventFeed.ReadAsync(_connection, "client-7", after, [], 50, CancellationToken.None));
            await AssertAsync(
                index,
                () => EventFeed.ReadAsync(_connection, "client-7", after, [EventType.EmailFailed], 50, CancellationToken.None));
        }

        await AssertAsync(
            "_client_id_xid_id_idx",
            () => RecentEvents.ReadAsync(
                _connection, "client-7", RecentEvents.End, EventPosition.Start, DateTimeOffset.UnixEpoch, [], 50,
                CancellationToken.None));
        await AssertAsync("_xid_id_idx", () => EventNews.ReadAsync(_connection, end.Position.Xid, CancellationToken.None));
        await AssertAsync("_xid_id_idx", () => EventRetention.LagAsync(_connection, CancellationToken.None));
        await AssertAsync(
            "_client_id_xid_id_idx",
            () => WebhookWork.LeaseAsync(_connection, Guid.CreateVersion7(), "", null, [], 8, CancellationToken.None));
        await AssertAsync("webhook_failing", () => WebhookWork.DisableFailingAsync(_connection, "", CancellationToken.None));
        await AssertAsync("webhook_delivery_due", () => WebhookDeliveries.OverdueAsync(_connection, 100, CancellationToken.None));
        await AssertAsync(
            "_client_id_xid_id_idx", () => ClientErasure.EraseEventsAsync(_connection, "client-7", CancellationToken.None));
    }

    private Task<PendingQueue> ReadQueueAsync(string? client, params Hold[] holds) => PendingQueue.ReadAsync(
        _connection, client, TimeProvider.System.GetUtcNow().AddDays(7), holds, largestTaken: 10_000_000, CancellationToken.None);

    [Fact]
    public async Task Every_search_walks_its_index()
    {
        foreach (var (index, wanted) in new (string, EmailSearch.Wanted)[]
        {
            ("pkey_mt_doc_scheduled_email_id", new()),
            ("pkey_mt_doc_scheduled_email_id", new() { Subject = "nothing like this" }),
            ("pkey_mt_doc_scheduled_email_id", new() { DueTo = TimeProvider.System.GetUtcNow() }),
            ("email_recipient_pkey", new() { Recipient = "customer-7@example.com" }),
            ("scheduled_email_list", new() { ClientId = "client-7" }),
            ("scheduled_email_list", new() { ClientId = "client-7", DueFrom = TimeProvider.System.GetUtcNow() }),
            // Two indexes have what is pending by its due time.
            ("scheduled_email_", new() { Statuses = [EmailStatus.Pending] }),
            ("scheduled_email_client_queue", new() { ClientId = "client-7", Statuses = [EmailStatus.Pending] }),
            ("scheduled_email_client_queue", new() { ClientId = "client-7", Kind = SearchKinds.Soon }),
            ("scheduled_email_decision", new() { Statuses = [EmailStatus.Failed, EmailStatus.Unknown] }),
            ("scheduled_email_undecided", new() { Kind = SearchKinds.Undecided }),
            ("scheduled_email_", new() { Kind = SearchKinds.Held }),
            ("scheduled_email_", new() { Kind = SearchKinds.Retrying, Verdict = "recipient.greylisted", Domain = "example.com" }),
        })
        {
            await AssertAsync(index, () => EmailSearch.RunAsync(_connection, wanted, after: null, 50, CancellationToken.None));
            await AssertAsync(index, () => EmailSearch.RunAsync(
                _connection, wanted, new(TimeProvider.System.GetUtcNow(), Guid.CreateVersion7()), 50, CancellationToken.None));
        }

        await AssertAsync("scheduled_email_overdue", () => OverviewQueries.LatestAsync(_connection, null, 8, CancellationToken.None));
        await AssertAsync(
            "scheduled_email_undecided", () => OverviewQueries.NewestUndecidedAsync(_connection, null, 8, CancellationToken.None));
        await AssertAsync("scheduled_email_", () => OverviewQueries.UpcomingAsync(_connection, null, CancellationToken.None));
        await AssertAsync("scheduled_email_undecided", () => ReasonQueries.UndecidedAsync(_connection, null, CancellationToken.None));
        await AssertAsync("scheduled_email_overdue", () => ReasonQueries.LateAsync(_connection, null, CancellationToken.None));
        await AssertAsync("scheduled_email_list", () => ClientQueries.CountAsync(_connection, "client-7", CancellationToken.None));
        await AssertAsync("scheduled_email_client_queue", () => ClientQueries.CountAsync(_connection, "client-7", CancellationToken.None));
        await AssertAsync(
            "scheduled_email_client_queue", () => ClientQueries.NextAsync(_connection, "client-7", 5, CancellationToken.None));
        await AssertAsync(
            "scheduled_email_client_queue", () => EmailStates.PendingAsync(_connection, "client-7", CancellationToken.None));
        var late = new EmailSearch.Wanted { Kind = SearchKinds.Late };
        await AssertAsync("scheduled_email_", () => EmailSearch.MatchAsync(_connection, late, 100, CancellationToken.None));
        await AssertAsync("scheduled_email_", () => EmailSearch.CountAsync(_connection, late, CancellationToken.None));
        await AssertAsync("scheduled_email_list", () => OverviewQueries.ClientsAsync(_connection, "", 100, CancellationToken.None));
    }

    private async Task<string> AssertAsync(string index, Func<Task> run)
    {
        _plans.Clear();
        await run();
        var plans = string.Join("\n\n", _plans);
        Assert.True(plans.Contains(index, StringComparison.Ordinal), $"no {index} in {plans}");
        Assert.DoesNotContain("Seq Scan on mt_doc_scheduled_email", plans, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan on email_recipient", plans, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan on mt_doc_idempotent_request", plans, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan on outcome_count", plans, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan on webhook ", plans, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan on event_2", plans, StringComparison.Ordinal);
        return plans;
    }

    // Five thousand, of which few are due; and as many occurrences of a hundred of them, each with a local time.
    private async Task InsertSeriesAsync()
    {
        var series = new StoredSeries(
            NewEmail.Due(default, "text").Email with { Key = "daily-1" },
            new("FREQ=DAILY", "2026-12-01T09:00:00", "Europe/Berlin", IfSkipped.After, IfRepeated.First), null);
        await using var insert = new NpgsqlCommand(
            """
            insert into mail.series (client_id, key, data, body_id, made_until, top_up_at)
            select 'client-' || n % 100, 'daily-' || n, @data || jsonb_build_object('email', @data->'email' || jsonb_build_object(
                'client_id', 'client-' || n % 100, 'key', 'daily-' || n)), 'body', null, now() + (n - 10) * interval '1 minute'
            from generate_series(1, 5000) n
            """,
            _connection);
        insert.Parameters.Add(new("data", NpgsqlTypes.NpgsqlDbType.Jsonb)
        {
            Value = System.Text.Json.JsonSerializer.Serialize(series, StoreJson.Options),
        });
        await insert.ExecuteNonQueryAsync();
        await ExecuteAsync("""
            insert into mail.mt_doc_scheduled_email (id, data, client_id, status, key, scheduled_datetime, due_at, send_before)
            select id, data || jsonb_build_object('id', id, 'client_id', 'client-' || n % 100, 'key', 'daily-' || n % 100, 'due_at', due,
                'scheduled_datetime', due, 'tzdb', '2099z', 'occurrence', to_char(due at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS')),
                'client-' || n % 100, 'pending', 'daily-' || n % 100, due, due, due + interval '3 days'
            from (select gen_random_uuid() id, now() + n * interval '1 minute' due, n from generate_series(1, 5000) n) made,
                (select data from mail.mt_doc_scheduled_email limit 1) one
            """);
    }

    // Five thousand, of which one in a hundred has failed for a day.
    private Task InsertWebhooksAsync() => ExecuteAsync("""
        insert into mail.webhook (id, client_id, url, types, epoch, xid, event_id, at, told_xid, told_id, failing_since)
        select gen_random_uuid(), 'client-' || n % 1000, 'https://shop.example/', '{}', 0, '0', 0, now(), '0', 0,
            case when n % 100 = 0 then now() - interval '1 day' end
        from generate_series(1, 5000) n;
        analyze mail.webhook
        """);

    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        await command.ExecuteNonQueryAsync();
    }
}

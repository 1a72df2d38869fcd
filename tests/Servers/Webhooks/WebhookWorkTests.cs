using Mail.Store;
using Mail.Tests.Fixtures;

namespace Mail.Tests.Servers.Webhooks;

/// <summary>What senders do with webhooks in the database.</summary>
public sealed class WebhookWorkTests(TestServers servers) : IAsyncLifetime
{
    private WebhookHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await WebhookHost.StartAsync(servers);

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task What_a_sender_still_works_on_is_not_leased_to_it()
    {
        var webhook = await _host.InsertAsync();
        await _host.InsertEventsAsync(1);
        Assert.Empty(await _host.LeaseAsync(webhook.Id));
        Assert.Single(await _host.LeaseAsync());
    }

    [Fact]
    public async Task Who_has_lost_a_delivery_to_another_records_nothing()
    {
        var (webhook, of) = await DueAsync();
        var first = (await _host.ClaimAsync(webhook, of))!;
        await _host.ExecuteAsync("update mail.webhook_delivery set claimed_until = now() - interval '1 second'");
        var second = (await _host.ClaimAsync(webhook, of))!;
        var answer = new WebhookAnswer(TimeProvider.System.GetUtcNow(), 503, "answered 503", null);
        await _host.Deliveries.RecordAsync(_host.Connection, first, answer, next: null, CancellationToken.None);
        await _host.Deliveries.PostponeAsync(_host.Connection, first, TimeSpan.FromHours(1), CancellationToken.None);
        Assert.Equal((DeliveryState.Pending, 0), await StateAsync(webhook, of));
        Assert.Null(await _host.ClaimAsync(webhook, of));
        await _host.Deliveries.RecordAsync(_host.Connection, second, answer, next: null, CancellationToken.None);
        Assert.Equal((DeliveryState.Failed, 1), await StateAsync(webhook, of));
    }

    [Fact]
    public async Task A_step_tells_what_was_changed_meanwhile()
    {
        var webhook = await _host.InsertAsync();
        await WebhookTable.UpdateAsync(
            _host.Connection, webhook with { Url = "https://new.example/", Types = [EventType.EmailFailed] }, CancellationToken.None);
        var changed = await _host.AdvanceAsync(webhook);
        Assert.Equal(("https://new.example/", EventType.EmailFailed), (changed.Url, Assert.Single(changed.Types)));
    }

    [Fact]
    public async Task A_sender_without_the_key_leaves_the_delivery_to_others()
    {
        var (webhook, of) = await DueAsync();
        await _host.RepeatedWithoutKey().RunAsync(webhook.Id, of.Id, CancellationToken.None);
        Assert.Equal((DeliveryState.Pending, 0), await StateAsync(webhook, of));
        var next = (await _host.DeliveryAsync(webhook, of)).NextAttemptAt!.Value;
        Assert.InRange(next, TimeProvider.System.GetUtcNow().AddSeconds(5), DateTimeOffset.MaxValue);
        Assert.Null((await _host.FindAsync(webhook)).FailingSince);
    }

    [Fact]
    public async Task What_is_delivered_anew_from_a_place_is_known_by_the_place_and_waits_for_no_lease()
    {
        var webhook = await _host.InsertAsync();
        var events = await _host.InsertEventsAsync(2);
        await _host.Deliveries.InsertAgainAsync(
            _host.Connection, webhook.Id, events, TimeProvider.System.GetUtcNow(), CancellationToken.None);
        webhook = await _host.AdvanceAsync(webhook);
        var to = webhook.Cursor with { Position = events[0].Position };
        await WebhookTable.MoveAsync(_host.Connection, webhook.ClientId, webhook.Id, to, CancellationToken.None);
        Assert.Equal(events[0].Id, await _host.AskAsync<Guid>("select event from mail.webhook_delivery"));
        Assert.Single(await _host.LeaseAsync());
    }

    [Fact]
    public async Task One_that_has_failed_for_five_days_is_disabled_without_another_try_and_said_so()
    {
        var (webhook, _) = await DueAsync();
        await _host.ExecuteAsync("update mail.webhook set failing_since = now() - interval '6 days'");
        // One that is due is tried first.
        Assert.Empty(await WebhookWork.DisableFailingAsync(_host.Connection, "", CancellationToken.None));
        await _host.ExecuteAsync("update mail.webhook_delivery set state = 2, next_attempt_at = null");
        Assert.Empty(await WebhookWork.DisableFailingAsync(_host.Connection, "another", CancellationToken.None));
        Assert.Equal(
            ("acme", webhook.Id), Assert.Single(await WebhookWork.DisableFailingAsync(_host.Connection, "", CancellationToken.None)));
        Assert.Empty(await WebhookWork.DisableFailingAsync(_host.Connection, "", CancellationToken.None));
        Assert.Equal(WebhookDisabling.Failing, (await _host.FindAsync(webhook)).DisabledReason);
        Assert.Equal(
            webhook.Id.ToString(),
            await _host.AskAsync<string>($"""
                select data->>'webhook_id' from mail.event where type = {EventType.Number(EventType.WebhookDisabled)} and client_id = 'acme'
                """));
    }

    [Fact]
    public async Task An_endpoint_that_asks_for_an_hour_has_it_whatever_else_succeeded()
    {
        var (webhook, of) = await DueAsync();
        var answer = new WebhookAnswer(TimeProvider.System.GetUtcNow(), 429, "answered 429", null) { RetryAfter = TimeSpan.FromHours(1) };
        webhook = await _host.AdvanceAsync(webhook, new FailedDelivery(of, answer, TimeSpan.FromHours(1)));
        AssertRests(webhook.RestUntil, TimeSpan.FromHours(1));
        var claimed = (await _host.ClaimAsync(webhook, of))!;
        await _host.Deliveries.RecordAsync(
            _host.Connection, claimed, answer with { RetryAfter = TimeSpan.FromHours(2) }, TimeSpan.FromHours(2), CancellationToken.None);
        AssertRests((await _host.FindAsync(webhook)).RestUntil, TimeSpan.FromHours(2));
    }

    [Fact]
    public async Task What_is_tried_again_waits_as_long_as_the_endpoint_asked()
    {
        var webhook = await _host.InsertAsync();
        var events = await _host.InsertEventsAsync(2);
        var now = TimeProvider.System.GetUtcNow();
        await _host.Deliveries.InsertAgainAsync(_host.Connection, webhook.Id, events, now, CancellationToken.None);
        var answer = new WebhookAnswer(now, 429, "answered 429", null) { RetryAfter = TimeSpan.FromHours(1) };
        var claimed = (await _host.ClaimAsync(webhook, events[0]))!;
        Assert.Null(claimed.Rest);
        await _host.Deliveries.RecordAsync(_host.Connection, claimed, answer, TimeSpan.FromHours(1), CancellationToken.None);
        await _host.Repeated().RunAsync(webhook.Id, events[1].Id, CancellationToken.None);
        var other = await _host.DeliveryAsync(webhook, events[1]);
        Assert.Equal((DeliveryState.Pending, 0), (other.State, other.Attempts));
        Assert.InRange(other.NextAttemptAt!.Value, now.AddMinutes(59), now.AddMinutes(62));
        // Enabled by a person, it is asked anew.
        await WebhookTable.EnableAsync(_host.Connection, webhook.ClientId, webhook.Id, CancellationToken.None);
        Assert.Null((await _host.ClaimAsync(webhook, events[1]))!.Rest);
    }

    [Fact]
    public async Task What_was_never_sent_is_not_listed_as_delivered()
    {
        var webhook = await _host.InsertAsync(types: EventType.EmailSent);
        var sent = await _host.InsertEventsAsync(2);
        await _host.InsertEventsAsync(1, EventType.EmailFailed);
        webhook = await _host.AdvanceAsync(webhook);
        Assert.Equal(sent.Reverse().Select(each => each.Id), await ListedAsync(webhook));
        webhook = (await WebhookTable.UpdateAsync(
            _host.Connection, webhook with { Types = [EventType.EmailFailed] }, CancellationToken.None))!;
        Assert.Empty(await ListedAsync(webhook));
        var failed = await _host.InsertEventsAsync(1, EventType.EmailFailed);
        webhook = await _host.AdvanceAsync(webhook);
        Assert.Equal([failed[0].Id], await ListedAsync(webhook));
    }

    [Fact]
    public async Task A_list_goes_on_behind_many_events_of_other_types()
    {
        var webhook = await _host.InsertAsync(types: EventType.EmailSent);
        var sent = await _host.InsertEventsAsync(1);
        await _host.InsertEventsAsync(EventFeed.MaxScanned, EventType.EmailFailed);
        webhook = await _host.AdvanceAsync(webhook);
        var (items, next) = await DeliveryList.ReadAsync(_host.Connection, webhook, null, before: null, 50, CancellationToken.None);
        Assert.Empty(items);
        Assert.NotNull(next);
        (items, next) = await DeliveryList.ReadAsync(_host.Connection, webhook, null, next, 50, CancellationToken.None);
        Assert.Equal(sent[0].Id, Assert.Single(items).EventId);
        Assert.Null(next);
    }

    private async Task<IEnumerable<Guid>> ListedAsync(Webhook webhook) =>
        (await DeliveryList.ReadAsync(_host.Connection, webhook, null, before: null, 50, CancellationToken.None)).Items
            .Select(each => each.EventId);

    private async Task<(Webhook Webhook, FeedEvent Of)> DueAsync()
    {
        var webhook = await _host.InsertAsync();
        var of = (await _host.InsertEventsAsync(1))[0];
        await _host.Deliveries.InsertAgainAsync(
            _host.Connection, webhook.Id, [of], TimeProvider.System.GetUtcNow(), CancellationToken.None);
        return (webhook, of);
    }

    private async Task<(string State, int Attempts)> StateAsync(Webhook webhook, FeedEvent of)
    {
        var delivery = await _host.DeliveryAsync(webhook, of);
        return (delivery.State, delivery.Attempts);
    }

    private static void AssertRests(DateTimeOffset? until, TimeSpan atLeast) => Assert.InRange(
        until!.Value, TimeProvider.System.GetUtcNow() + atLeast - TimeSpan.FromMinutes(5), TimeProvider.System.GetUtcNow() + atLeast);
}

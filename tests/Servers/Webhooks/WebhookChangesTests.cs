using Mail.Store;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.Servers.Webhooks;

/// <summary>What clients do with webhooks, beside what senders do with them at the same moment.</summary>
public sealed class WebhookChangesTests(TestServers servers) : IAsyncLifetime
{
    private WebhookHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await WebhookHost.StartAsync(servers);

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Another_address_begins_without_the_failures_of_the_one_before()
    {
        var webhook = await _host.InsertAsync();
        await _host.ExecuteAsync("update mail.webhook set failures = 7, failing_since = now() - interval '6 days'");
        var same = (await UpdateAsync(webhook with { Description = "The shop" }))!;
        Assert.Equal(7, same.Failures);
        Assert.NotNull(same.FailingSince);
        var other = (await UpdateAsync(webhook with { Url = "https://new.example/" }))!;
        Assert.Equal(0, other.Failures);
        Assert.Null(other.FailingSince);
        Assert.False(await DisableAsync(webhook, WebhookDisabling.Failing));
        Assert.Empty(await WebhookWork.DisableFailingAsync(_host.Connection, "", CancellationToken.None));
    }

    [Fact]
    public async Task What_was_answered_410_is_delivered_once_the_webhook_is_enabled()
    {
        var webhook = await _host.InsertAsync();
        var events = await _host.InsertEventsAsync(3);
        var now = TimeProvider.System.GetUtcNow();
        await _host.Deliveries.InsertAsync(
            _host.Connection, webhook.Id,
            [
                new(events[0], new(now, 410, "answered 410", null), Next: null),
                new(events[1], new(now, 503, "answered 503", null), Next: null),
                new(events[2], new(now, 503, "answered 503", null), TimeSpan.FromHours(1)),
            ],
            CancellationToken.None);
        // A test is tried once, whatever comes of it.
        var test = Guid.CreateVersion7();
        await _host.Deliveries.InsertTestAsync(_host.Connection, webhook.Id, test, "{}", now, CancellationToken.None);
        await _host.ExecuteAsync(
            "update mail.webhook_delivery set state = 2, last_status = 410, next_attempt_at = null where body is not null");
        Assert.True(await DisableAsync(webhook, WebhookDisabling.Gone));

        var enabled = await WebhookTable.EnableAsync(_host.Connection, webhook.ClientId, webhook.Id, CancellationToken.None);
        Assert.Null(enabled!.DisabledAt);
        Assert.Equal((DeliveryState.Pending, 0), await StateAsync(webhook, events[0]));
        Assert.Equal((DeliveryState.Failed, 1), await StateAsync(webhook, events[1]));
        Assert.Equal((DeliveryState.Pending, 1), await StateAsync(webhook, events[2]));
        // The senders' sweep finds them at its next look.
        var overdue = await WebhookDeliveries.OverdueAsync(_host.Connection, 10, CancellationToken.None);
        Assert.Equal(new[] { events[0].Id, events[2].Id }.Order(), overdue.Select(each => each.EventId).Order());
        Assert.Equal(0, (await _host.ClaimAsync(webhook, events[0]))!.Attempts);
    }

    [Theory]
    [InlineData("record")]
    [InlineData("enable")]
    [InlineData("replay from a place")]
    [InlineData("replay of events")]
    [InlineData("delete")]
    public async Task Whoever_waits_for_a_webhook_holds_none_of_its_deliveries(string change)
    {
        var webhook = await _host.InsertAsync();
        var place = await EventFeed.EndAsync(_host.Connection, CancellationToken.None);
        var events = await _host.InsertEventsAsync(1);
        var now = TimeProvider.System.GetUtcNow();
        await _host.Deliveries.InsertAgainAsync(_host.Connection, webhook.Id, events, now, CancellationToken.None);
        var claimed = (await _host.ClaimAsync(webhook, events[0]))!;
        await using var other = await _host.ConnectAsync();
        Task changing;
        await using (var transaction = await _host.Connection.BeginTransactionAsync())
        {
            await _host.ExecuteAsync("select from mail.webhook for no key update");
            changing = ChangeAsync(other);
            await Deadline.UntilAsync(
                () => _host.AskAsync<bool>("""
                    select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')
                    """),
                waits => waits);
            // If it held one, each would now wait for the other.
            await _host.ExecuteAsync("select from mail.webhook_delivery for update nowait");
            await transaction.RollbackAsync();
        }

        await changing;

        Task ChangeAsync(NpgsqlConnection connection) => change switch
        {
            "record" => _host.Deliveries.RecordAsync(
                connection, claimed, new(now, 503, "answered 503", null), TimeSpan.FromHours(1), CancellationToken.None),
            "enable" => WebhookTable.EnableAsync(connection, webhook.ClientId, webhook.Id, CancellationToken.None),
            "replay from a place" =>
                WebhookTable.MoveAsync(connection, webhook.ClientId, webhook.Id, place, CancellationToken.None),
            "replay of events" => _host.Deliveries.InsertAgainAsync(connection, webhook.Id, events, now, CancellationToken.None),
            _ => WebhookTable.DeleteAsync(connection, webhook.ClientId, webhook.Id, CancellationToken.None),
        };
    }

    [Fact]
    public async Task A_timer_is_due_when_its_delivery_is_whatever_the_senders_clock_says()
    {
        var webhook = await _host.InsertAsync();
        var of = (await _host.InsertEventsAsync(1))[0];
        // An hour behind.
        var answer = new WebhookAnswer(TimeProvider.System.GetUtcNow().AddHours(-1), 503, "answered 503", null);
        await _host.Deliveries.InsertAsync(
            _host.Connection, webhook.Id, [new(of, answer, TimeSpan.FromSeconds(5))], CancellationToken.None);
        await AssertTimerAsync();
        var claimed = (await _host.ClaimAsync(webhook, of))!;
        await _host.Deliveries.RecordAsync(_host.Connection, claimed, answer, TimeSpan.FromMinutes(5), CancellationToken.None);
        await AssertTimerAsync();
        claimed = (await _host.ClaimAsync(webhook, of))!;
        await _host.Deliveries.PostponeAsync(_host.Connection, claimed, TimeSpan.FromSeconds(20), CancellationToken.None);
        await AssertTimerAsync();

        // And lets the delivery be due.
        async Task AssertTimerAsync()
        {
            Assert.Equal(1L, await _host.AskAsync<long>("""
                select count(*) from scheduler.timers t join mail.webhook_delivery d on d.next_attempt_at = t.due
                """));
            await _host.ExecuteAsync("delete from scheduler.timers");
            await _host.ExecuteAsync("update mail.webhook_delivery set next_attempt_at = now()");
        }
    }

    private Task<Webhook?> UpdateAsync(Webhook webhook) => WebhookTable.UpdateAsync(_host.Connection, webhook, CancellationToken.None);

    private Task<bool> DisableAsync(Webhook webhook, string reason) =>
        WebhookWork.DisableAsync(_host.Connection, webhook.Id, reason, CancellationToken.None);

    private async Task<(string State, int Attempts)> StateAsync(Webhook webhook, FeedEvent of)
    {
        var delivery = await _host.DeliveryAsync(webhook, of);
        return (delivery.State, delivery.Attempts);
    }
}

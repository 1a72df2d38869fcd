using Npgsql;
using NpgsqlTypes;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>What a webhook was told. Most of it is known by the webhook's place in the feed alone.</summary>
public static class DeliveryList
{
    private const string Columns = "d.event, d.state, d.attempts, d.last_status, d.next_attempt_at, d.last_error";

    // The id of an event begins with its time, and that of a cursor is the id of an event.
    private const string OfState = $"""
        select {Columns}, d.xid, d.event_id, d.at from {WebhookRow.Deliveries} d
        where d.webhook = @webhook and d.state = @state and d.event < @before order by d.event desc limit @limit
        """;

    private const string OfEvents =
        $"select {Columns} from {WebhookRow.Deliveries} d where d.webhook = @webhook and d.event = any(@events)";

    private static readonly Guid _last = new("ffffffff-ffff-ffff-ffff-ffffffffffff");

    /// <summary>A page, the newest event first, and where the next one begins; null where there is none.</summary>
    /// <param name="connection">Any open connection.</param>
    /// <param name="webhook">The webhook.</param>
    /// <param name="state">One of <see cref="DeliveryState"/>; null for all.</param>
    /// <param name="before">From a page before.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    public static Task<(IReadOnlyList<WebhookDelivery> Items, FeedCursor? Next)> ReadAsync(
        NpgsqlConnection connection, Webhook webhook, string? state, FeedCursor? before, int limit, CancellationToken cancellationToken) =>
        state is DeliveryState.Pending or DeliveryState.Failed
            ? OfStateAsync(connection, webhook, state, before, limit, cancellationToken)
            : OfFeedAsync(connection, webhook, state, before, limit, cancellationToken);

    /// <summary>The deliveries of events that have rows of their own.</summary>
    public static async Task<Dictionary<Guid, WebhookDelivery>> FindAsync(
        NpgsqlConnection connection, Guid webhook, IReadOnlyCollection<Guid> events, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(OfEvents, connection)
        {
            Parameters = { Value("webhook", webhook), Value("events", events.ToArray()) },
        };
        var found = new Dictionary<Guid, WebhookDelivery>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            found[reader.GetGuid(0)] = Read(reader);
        return found;
    }

    private static async Task<(IReadOnlyList<WebhookDelivery> Items, FeedCursor? Next)> OfStateAsync(
        NpgsqlConnection connection, Webhook webhook, string state, FeedCursor? before, int limit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(OfState, connection)
        {
            Parameters =
            {
                Value("webhook", webhook.Id), Value("limit", limit + 1),
                new("state", NpgsqlDbType.Smallint) { Value = (short)(state == DeliveryState.Pending ? 0 : 2) },
                Value("before", before is null ? _last : EventId.From(before.Position)),
            },
        };
        var found = new List<(WebhookDelivery Delivery, EventPosition Position)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add((
                Read(reader), new(reader.GetFieldValue<ulong>(6), reader.GetInt64(7), reader.GetFieldValue<DateTimeOffset>(8))));
        }

        return (
            [.. found.Take(limit).Select(each => each.Delivery)],
            found.Count > limit ? webhook.Cursor with { Position = found[limit - 1].Position } : null);
    }

    private static async Task<(IReadOnlyList<WebhookDelivery> Items, FeedCursor? Next)> OfFeedAsync(
        NpgsqlConnection connection, Webhook webhook, string? state, FeedCursor? before, int limit, CancellationToken cancellationToken)
    {
        // Beside the page, so that its end is known.
        var until = before?.Position ?? webhook.Cursor.Position with { Id = webhook.Cursor.Position.Id + 1 };
        var (events, scanned) = await RecentEvents.ReadAsync(
            connection, webhook.ClientId, until, webhook.ToldSince, webhook.CreatedAt, webhook.Types, limit + 1, cancellationToken);
        var rows = await FindAsync(connection, webhook.Id, [.. events.Select(each => each.Id)], cancellationToken);
        return (
            [
                .. events.Take(limit).Select(
                    each => rows.GetValueOrDefault(each.Id) ?? new(each.Id, DeliveryState.Succeeded, 1, SucceededWith(webhook), null))
                    .Where(each => state is null || each.State == state),
            ],
            (events.Count > limit ? events[limit - 1].Position : scanned) is { } next ? webhook.Cursor with { Position = next } : null);
    }

    // Nothing is written for a delivery that succeeds at once. Endpoints answer all of them alike: what the last answer was is told of
    // each.
    private static int SucceededWith(Webhook webhook) =>
        webhook.Last is { Error: null, Status: >= 200 and < 300 and var status } ? status : 200;

    private static WebhookDelivery Read(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), DeliveryState.All[reader.GetInt16(1)], reader.GetInt32(2), WebhookRow.Number(reader, 3),
        WebhookRow.Time(reader, 4), WebhookRow.Text(reader, 5));
}

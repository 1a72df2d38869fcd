using Mail.Contracts;
using Npgsql;
using NpgsqlTypes;
using PostgresScheduler;
using static Mail.Store.Sql;
using static Mail.Store.WebhookDeliverySql;

namespace Mail.Store;

/// <summary>Deliveries that are tried again: a row and a timer for each, and nothing for those that succeed at once.</summary>
public sealed class WebhookDeliveries(TimerTable timers)
{
    /// <summary>Stores deliveries that failed at their first try, and their timers, in the transaction of the step.</summary>
    public async Task InsertAsync(
        NpgsqlConnection connection, Guid webhook, IReadOnlyList<FailedDelivery> failed, CancellationToken cancellationToken)
    {
        if (failed.Count == 0)
            return;
        var due = await InsertAsync(
            connection, webhook, [.. failed.Select(each => (each.Event.Id, each.Event.Position, each.Answer, each.Next, (string?)null))],
            attempts: 1, cancellationToken);
        await timers.ScheduleAsync(
            connection, [.. due.Select(each => Timer(webhook, each.Event, each.Due))], cancellationToken);
    }

    /// <summary>Stores a test, which is tried at once, and once.</summary>
    public async Task InsertTestAsync(
        NpgsqlConnection connection, Guid webhook, Guid eventId, string body, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await InsertAsync(
            connection, webhook, [(eventId, new(0, 0, now), new(now, null, null, null), TimeSpan.Zero, body)], attempts: 0,
            cancellationToken);
        await timers.ScheduleAsync(connection, [Timer(webhook, eventId, DateTimeOffset.UnixEpoch)], cancellationToken);
    }

    /// <summary>Stores deliveries of a replay, which are tried at once.</summary>
    public async Task InsertAgainAsync(
        NpgsqlConnection connection, Guid webhook, IReadOnlyList<FeedEvent> events, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await InsertAsync(
            connection, webhook,
            [
                .. events.Select(each => (
                    each.Id, each.Position, new WebhookAnswer(now, null, null, null), (TimeSpan?)TimeSpan.Zero, (string?)null)),
            ],
            attempts: 0, cancellationToken);
        await timers.ScheduleAsync(
            connection, [.. events.Select(each => Timer(webhook, each.Id, DateTimeOffset.UnixEpoch))], cancellationToken);
    }

    /// <summary>Takes a delivery over that is due; null where there is none, or somebody else has it.</summary>
    public static async Task<ClaimedDelivery?> ClaimAsync(
        NpgsqlConnection connection, Guid webhook, Guid eventId, string installation, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ClaimDue, connection)
        {
            Parameters =
            {
                Value("webhook", webhook), Value("event", eventId), Value("installation", installation),
                Value("claim", ClaimedDelivery.Claim),
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        const int First = WebhookRow.Count;
        return await reader.ReadAsync(cancellationToken)
            ? new(
                WebhookRow.Read(reader), eventId,
                await reader.IsDBNullAsync(First + 3, cancellationToken) ? null : EventRow.Read(reader, First + 3),
                WebhookRow.Text(reader, First + 1), reader.GetInt32(First), WebhookRow.Time(reader, First + 2)!.Value)
            : null;
    }

    /// <summary>Records what a try came to, with the timer of the next one; nothing where the claim is another's by now.</summary>
    /// <param name="connection">The caller's, in a transaction.</param>
    /// <param name="delivery">The delivery.</param>
    /// <param name="answer">What it came to.</param>
    /// <param name="next">How long to wait for the next try; null for none.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    public async Task RecordAsync(
        NpgsqlConnection connection, ClaimedDelivery delivery, WebhookAnswer answer, TimeSpan? next, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(RecordTry, connection)
        {
            Parameters =
            {
                Value("webhook", delivery.Webhook.Id), Value("event", delivery.EventId), Value("succeeded", answer.Error is null),
                Value("until", delivery.Until.UtcDateTime), Span("next", next),
            },
        };
        AddAnswer(command, answer);
        await ScheduleAsync(connection, delivery, await command.ExecuteScalarAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Tries it later, and counts nothing.</summary>
    public async Task PostponeAsync(
        NpgsqlConnection connection, ClaimedDelivery delivery, TimeSpan wait, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(PutOff, connection)
        {
            Parameters =
            {
                Value("webhook", delivery.Webhook.Id), Value("event", delivery.EventId), Value("next", wait),
                Value("until", delivery.Until.UtcDateTime),
            },
        };
        await ScheduleAsync(connection, delivery, await command.ExecuteScalarAsync(cancellationToken), cancellationToken);
    }

    /// <summary>What should have been tried a minute ago.</summary>
    public static async Task<List<(Guid Webhook, Guid EventId)>> OverdueAsync(
        NpgsqlConnection connection, int limit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(FindOverdue, connection) { Parameters = { Value("limit", limit) } };
        var overdue = new List<(Guid, Guid)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            overdue.Add((reader.GetGuid(0), reader.GetGuid(1)));
        return overdue;
    }

    internal static void AddAnswer(NpgsqlCommand command, WebhookAnswer? answer)
    {
        command.Parameters.Add(new("last_at", NpgsqlDbType.TimestampTz) { Value = (object?)answer?.At.UtcDateTime ?? DBNull.Value });
        command.Parameters.Add(new("last_status", NpgsqlDbType.Integer) { Value = (object?)answer?.Status ?? DBNull.Value });
        command.Parameters.Add(new("last_error", NpgsqlDbType.Text) { Value = (object?)answer?.Error ?? DBNull.Value });
        command.Parameters.Add(new("last_answer", NpgsqlDbType.Text) { Value = (object?)answer?.Answer ?? DBNull.Value });
        command.Parameters.Add(Span("rest", answer?.RetryAfter));
    }

    // Returns what is tried again, and when.
    private static async Task<List<(Guid Event, DateTimeOffset Due)>> InsertAsync(
        NpgsqlConnection connection, Guid webhook,
        IReadOnlyList<(Guid Event, EventPosition Position, WebhookAnswer Answer, TimeSpan? Next, string? Body)> deliveries, int attempts,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(InsertMany, connection)
        {
            Parameters =
            {
                Value("webhook", webhook), Value("attempts", attempts), Value("events", deliveries.Select(each => each.Event).ToArray()),
                new("xids", NpgsqlDbType.Xid8 | NpgsqlDbType.Array) { Value = deliveries.Select(each => each.Position.Xid).ToArray() },
                Value("ids", deliveries.Select(each => each.Position.Id).ToArray()),
                Value("ats", deliveries.Select(each => each.Position.At.UtcDateTime).ToArray()),
                Value("nexts", deliveries.Select(each => each.Next).ToArray()),
                Value("statuses", deliveries.Select(each => each.Answer.Status).ToArray()),
                Value("errors", deliveries.Select(each => each.Answer.Error).ToArray()),
                Value("bodies", deliveries.Select(each => each.Body).ToArray()),
            },
        };
        var due = new List<(Guid Event, DateTimeOffset Due)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (WebhookRow.Time(reader, 1) is { } at)
                due.Add((reader.GetGuid(0), at));
        }

        return due;
    }

    // The timer is due at the very instant that the statement has written, if any: one by the sender's clock could come before it, and
    // would find nothing due.
    private async Task ScheduleAsync(
        NpgsqlConnection connection, ClaimedDelivery delivery, object? due, CancellationToken cancellationToken)
    {
        if (due is DateTime at)
        {
            await timers.ScheduleAsync(
                connection, [Timer(delivery.Webhook.Id, delivery.EventId, new(at, TimeSpan.Zero))], cancellationToken);
        }
    }

    private static TimedMessage Timer(Guid webhook, Guid eventId, DateTimeOffset due) => MessageEnvelope.Seal(
        new DeliverWebhook { WebhookId = webhook, EventId = eventId }, Addresses.DeliverWebhook, due, Guid.CreateVersion7());

    private static NpgsqlParameter Span(string name, TimeSpan? value) =>
        new(name, NpgsqlDbType.Interval) { Value = (object?)value ?? DBNull.Value };
}

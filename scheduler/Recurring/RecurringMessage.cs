using System.Globalization;
using System.Text.Json.Nodes;
using MassTransit;
using MassTransit.Logging;
using MassTransit.Scheduling;

namespace PostgresScheduler.Recurring;

/// <summary>Makes the message of one occurrence out of the message that all occurrences of a schedule have in common.</summary>
internal static class RecurringMessage
{
    private const string Envelope = "application/vnd.masstransit+json";
    private const string Raw = "application/json";

    /// <summary>Whether messages of a content type can be made anew: each occurrence has an id and headers of its own.</summary>
    internal static bool CanBeMade(string contentType) => MediaType(contentType) is Envelope or Raw;

    /// <summary>The message of an occurrence, under the headers that MassTransit.Quartz gives it.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="token">The token of the occurrence's timer.</param>
    /// <param name="due">When it is due.</param>
    /// <param name="previous">When the occurrence before it was due; null where there was none.</param>
    internal static TimedMessage Create(RecurringTimer schedule, Guid token, DateTimeOffset due, DateTimeOffset? previous)
    {
        var message = schedule.Message;
        var id = NewId.NextGuid();
        var headers = Headers(schedule, due, previous);
        var written = message.Properties.Headers?.ToDictionary(StringComparer.Ordinal) ?? new(StringComparer.Ordinal);
        // The trace of whoever scheduled it years ago is no trace of this message.
        written.Remove(DiagnosticHeaders.ActivityId);
        foreach (var (name, value) in MessageHeaders.Write(headers)!)
            written[name] = value;
        var raw = MediaType(message.ContentType) == Raw;
        if (raw && written.ContainsKey(MassTransit.MessageHeaders.MessageId))
            written[MassTransit.MessageHeaders.MessageId] = System.Text.Json.JsonSerializer.SerializeToElement(id.ToString());
        return message with
        {
            TokenId = token,
            Due = due,
            Body = raw ? message.Body : Enveloped(message, id, due, headers),
            Properties = message.Properties with
            {
                MessageId = id,
                Headers = written,
                NotLaterThan = schedule.Misfire == MissedEventPolicy.Skip ? CronSchedule.Tolerance : null,
            },
        };
    }

    private static Dictionary<string, object> Headers(RecurringTimer schedule, DateTimeOffset due, DateTimeOffset? previous)
    {
        var headers = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            [MassTransit.MessageHeaders.Quartz.ScheduleId] = schedule.Id,
            [MassTransit.MessageHeaders.Quartz.Scheduled] = due,
            [MassTransit.MessageHeaders.Quartz.Sent] = due,
        };
        if (schedule.Group.Length > 0)
            headers[MassTransit.MessageHeaders.Quartz.ScheduleGroup] = schedule.Group;
        if (previous is { } before)
            headers[MassTransit.MessageHeaders.Quartz.PreviousSent] = before;
        if (schedule.CronSchedule.Next(due, due) is { } next)
            headers[MassTransit.MessageHeaders.Quartz.NextScheduled] = next;
        return headers;
    }

    private static byte[] Enveloped(TimedMessage message, Guid id, DateTimeOffset due, Dictionary<string, object> headers)
    {
        var envelope = JsonNode.Parse(message.Body)!.AsObject();
        envelope["messageId"] = id.ToString();
        envelope["sentTime"] = due.UtcDateTime;
        if (message.Properties.TimeToLive is { } life)
            envelope["expirationTime"] = (due + life).UtcDateTime;
        if (envelope["headers"] is not JsonObject enveloped)
            envelope["headers"] = enveloped = [];
        enveloped.Remove(DiagnosticHeaders.ActivityId);
        foreach (var (name, value) in headers)
            enveloped[name] = value is DateTimeOffset time ? time.ToString("O", CultureInfo.InvariantCulture) : (string)value;
        return System.Text.Encoding.UTF8.GetBytes(envelope.ToJsonString());
    }

    private static string MediaType(string contentType) => contentType.Split(';')[0].Trim();
}

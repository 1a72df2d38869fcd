using System.Diagnostics;
using System.Text.Json;
using MassTransit;
using MassTransit.Logging;

namespace PostgresScheduler;

/// <summary>
/// A scheduled message goes on in the trace that it was scheduled in, across the wait. The context travels in the header that
/// MassTransit itself puts it into, and only where somebody records the trace.
/// </summary>
public static class SchedulerTracing
{
    /// <summary>The name to give to <c>AddSource</c>.</summary>
    public const string SourceName = "PostgresScheduler";

    private static readonly ActivitySource _source = new(SourceName);

    /// <summary>Puts the current trace into the headers.</summary>
    internal static void Stamp(SendHeaders headers)
    {
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Recorded: true } current)
            headers.Set(DiagnosticHeaders.ActivityId, current.Id);
    }

    /// <summary>The span in which a timer is published; null where nobody records it.</summary>
    internal static Activity? Publishing(ClaimedTimer timer, string exchange, MessageProperties properties)
    {
        if (!_source.HasListeners())
            return null;
        var scheduled = properties.Headers?.GetValueOrDefault(DiagnosticHeaders.ActivityId) is { ValueKind: JsonValueKind.String } id
            && ActivityContext.TryParse(id.GetString(), traceState: null, isRemote: true, out var context) ? context : default;
        var span = _source.StartActivity($"send {exchange}", ActivityKind.Producer, scheduled);
        return span?.SetTag("messaging.system", "rabbitmq")
            .SetTag("messaging.operation.type", "send").SetTag("messaging.destination.name", exchange)
            .SetTag("messaging.message.id", properties.MessageId).SetTag("scheduler.lateness", timer.Lateness.TotalSeconds);
    }
}

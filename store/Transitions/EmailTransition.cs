using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mail.Store;

/// <summary>A move of one e-mail: what changes in its document, and its line in the timeline.</summary>
/// <param name="Id">The e-mail.</param>
/// <param name="Patch">The changed fields, by their names on disk.</param>
/// <param name="Entry">The line in the timeline; the statement adds the time.</param>
public sealed record EmailTransition(Guid Id, JsonObject Patch, JsonObject Entry)
{
    /// <summary>What the outcome leaves for others of its recipients; null nearly always.</summary>
    public Remainder? Remainder { get; init; }

    /// <summary>A line in the timeline.</summary>
    public static JsonObject Line(string @event, string? detail, string by)
    {
        var line = new JsonObject { ["event"] = @event, ["detail"] = detail, ["by"] = by };
        if (Tracing.TraceId is { } trace)
            line["trace_id"] = trace;
        return line;
    }

    public static EmailTransition Cancel(Guid id, string reason, Guid? supersededBy, string? detail, string by) => new(
        id,
        new() { ["status"] = EmailStatus.Cancelled, ["reason"] = reason, ["superseded_by"] = supersededBy },
        Line("cancelled", detail ?? reason, by));

    /// <summary>Its status stays; from now on no late outcome makes it pending again.</summary>
    public static EmailTransition Resend(Guid id, Guid resentAs, string by) =>
        new(id, new() { ["resent_as"] = resentAs }, Line("resent", $"as {resentAs}", by));

    /// <summary>Its status stays; it no longer asks for a decision.</summary>
    /// <param name="id">The e-mail.</param>
    /// <param name="who">Who has seen it. The statement adds the time.</param>
    /// <param name="by">This instance.</param>
    public static EmailTransition Dismiss(Guid id, string who, string by) =>
        new(id, new() { ["dismissed"] = new JsonObject { ["by"] = who } }, Line("dismissed", $"by {who}", by));

    /// <summary>To another time.</summary>
    /// <param name="id">The e-mail.</param>
    /// <param name="due">The time.</param>
    /// <param name="sendBefore">When it is no longer worth sending.</param>
    /// <param name="wakeup">The token of the timer that wakes it then.</param>
    /// <param name="event">What it is called in the timeline.</param>
    /// <param name="detail">In plain words.</param>
    /// <param name="by">This instance.</param>
    public static EmailTransition Reschedule(
        Guid id, DateTimeOffset due, DateTimeOffset sendBefore, Guid wakeup, string @event, string? detail, string by) => new(
        id,
        new() { ["scheduled_datetime"] = due, ["due_at"] = due, ["send_before"] = sendBefore, ["woken_at"] = null, ["wakeup"] = wakeup },
        Line(@event, detail, by));

    /// <summary>At the same instant, by other clocks.</summary>
    public static EmailTransition Rezone(Guid id, WallClock? local, string? tzdb, string detail, string by) =>
        new EmailTransition(id, [], Line("time_zone", detail, by)).By(local, tzdb);

    /// <summary>The same move, after which the time follows from a local one, or no longer does.</summary>
    /// <param name="local">The local time; null for an instant alone.</param>
    /// <param name="tzdb">The version of the time zones; null for an instant alone.</param>
    public EmailTransition By(WallClock? local, string? tzdb)
    {
        var patch = (JsonObject)Patch.DeepClone();
        patch["local"] = local is null ? null : JsonSerializer.SerializeToNode(local, StoreJson.Options);
        patch["tzdb"] = tzdb;
        return this with { Patch = patch };
    }

    /// <summary>Its status stays; but where this attempt is one that would be tried again, the e-mail is cancelled instead.</summary>
    /// <param name="id">The e-mail.</param>
    /// <param name="reason">One of <see cref="CancelReason"/>.</param>
    /// <param name="supersededBy">The e-mail in its place.</param>
    /// <param name="detail">In plain words.</param>
    /// <param name="by">This instance.</param>
    public static EmailTransition CancelOnRetry(Guid id, string reason, Guid? supersededBy, string detail, string by)
    {
        var cancel = Cancel(id, reason, supersededBy, detail, by);
        return new(
            id, new() { ["cancel_on_retry"] = new JsonObject { ["patch"] = cancel.Patch, ["entry"] = cancel.Entry } },
            Line("not_tried_again", $"{detail} while it was being sent", by));
    }
}

using Marten;

namespace Mail.Store;

/// <summary>
/// Events of what is no e-mail. Each is written with the documents of a session, in the same round trip and the same transaction.
/// </summary>
public static class SystemEvents
{
    private const string OfClient =
        $"insert into {EventSql.Table} (type, client_id, reason, data) values (?, nullif(?, ''), nullif(?, ''), ";

    /// <summary>A config has another revision.</summary>
    public static void ConfigSaved(IDocumentSession session, string clientId, long revision) =>
        Tell(session, EventType.ConfigSaved, clientId, reason: null, "jsonb_build_object('revision', ?))", revision);

    /// <summary>A template has another version.</summary>
    public static void TemplateSaved(IDocumentSession session, string clientId, string name, int version) =>
        Tell(session, EventType.TemplateSaved, clientId, reason: null, "jsonb_build_object('name', ?::text, 'version', ?))", name, version);

    /// <summary>Sending is held back that was not.</summary>
    public static void HoldStarted(IDocumentSession session, Hold hold) => Tell(
        session, EventType.HoldStarted, hold.Id == Hold.Everything ? null : hold.Id, hold.Reason, "jsonb_build_object('by', ?::text))",
        hold.By);

    /// <summary>Sending goes on that was held back.</summary>
    public static void HoldEnded(IDocumentSession session, Hold hold, string by) => Tell(
        session, EventType.HoldEnded, hold.Id == Hold.Everything ? null : hold.Id, hold.Reason, "jsonb_build_object('by', ?::text))", by);

    /// <summary>A sender's server won't have it, or will again.</summary>
    /// <param name="session">The heartbeat's.</param>
    /// <param name="isReady">Which of the two.</param>
    /// <param name="instance">The sender's name.</param>
    /// <param name="stage">How far the conversation had come, where it is blocked.</param>
    public static void SenderChanged(IDocumentSession session, bool isReady, string instance, string? stage) => Tell(
        session, isReady ? EventType.SenderReady : EventType.SenderBlocked, clientId: null, stage,
        "jsonb_build_object('instance', ?::text))", instance);

    private static void Tell(
        IDocumentSession session, string type, string? clientId, string? reason, string data, params ReadOnlySpan<object> values) =>
        session.QueueSqlCommand(OfClient + data, [EventType.Number(type), clientId ?? "", reason ?? "", .. values]);
}

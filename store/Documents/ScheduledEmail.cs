using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Mail.Store;

/// <summary>
/// One e-mail and where it stands. Small, since it is rewritten at each move; the body is apart (<see cref="EmailBody"/>).
/// Written once when it is scheduled, then only by the statements of <see cref="TransitionSql"/>, and by those that wake it or erase its
/// content.
/// </summary>
public sealed record ScheduledEmail : EmailFields
{
    /// <summary>As it is read.</summary>
    public ScheduledEmail()
    {
    }

    /// <summary>With the header fields of its content.</summary>
    public ScheduledEmail(EmailFields fields)
        : base(fields)
    {
    }

    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    public required string ClientId { get; init; }

    /// <summary>Names the item within the client's config; null outside it.</summary>
    public string? Key { get; init; }

    /// <summary>One of <see cref="EmailSource"/>.</summary>
    public required string Source { get; init; }

    /// <summary>The config revision that scheduled it.</summary>
    public long? Revision { get; init; }

    /// <summary>The id of its <see cref="EmailBody"/>, or <see cref="EmailBody.Erased"/>.</summary>
    public required string BodyId { get; init; }

    /// <summary>Bytes of its message at the most, see <see cref="Store.MessageSize"/>; null from an earlier version.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? MessageBytes { get; init; }
    /// <summary>The template that it was rendered from; null where it was written.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TemplateRef? Template { get; init; }

    /// <summary>One of <see cref="EmailStatus"/>.</summary>
    public string Status { get; init; } = EmailStatus.Pending;

    /// <summary>Why it was cancelled: <c>superseded</c>, <c>removed</c> or <c>cancelled</c>.</summary>
    public string? Reason { get; init; }

    public Guid? SupersededBy { get; init; }
    public Guid? ResendOf { get; init; }

    /// <summary>The e-mail that a person had sent in its place.</summary>
    public Guid? ResentAs { get; init; }

    /// <summary>The e-mail that it is the rest of, see <see cref="Store.Remainder"/>; itself may be the rest of another.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? RemainderOf { get; init; }

    /// <summary>The e-mail that goes to those of its recipients that the server refused for the moment.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? Remainder { get; init; }

    /// <summary>The e-mail whose message it is: the first one, of which it is the rest. Null for a message of its own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? MessageOf { get; init; }

    /// <summary>The recipients that the message names; null where they are those that it goes to.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public NamedRecipients? Named { get; init; }

    /// <summary>
    /// Which occurrence of a series it is: the nominal local time, which never changes, as <see cref="LocalTimeText"/> writes it. Null
    /// outside a series.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Occurrence { get; init; }

    /// <summary>The local time that <see cref="ScheduledDatetime"/> follows from; null where it is an instant alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WallClock? Local { get; init; }

    /// <summary>The version of the time zones that it followed by.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Tzdb { get; init; }

    /// <summary>When its sender wanted it sent.</summary>
    public required DateTimeOffset ScheduledDatetime { get; init; }

    /// <summary>When it may be claimed next: the scheduled time or, after a failed attempt, the next attempt's.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>When it is no longer worth sending.</summary>
    public required DateTimeOffset SendBefore { get; init; }

    /// <summary>Whether the caller set <see cref="SendBefore"/>; one that was not set moves along with the e-mail.</summary>
    public bool SendBeforeSet { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Conversations with a server that were about this e-mail; trouble of the sender's own does not count.</summary>
    public int Attempts { get; init; }

    public string? MessageId { get; init; }
    public string? SmtpReply { get; init; }
    public LastError? LastError { get; init; }

    /// <summary>The sender process that holds or held it, new at each start.</summary>
    public Guid? ClaimedBy { get; init; }

    /// <summary>The statement that claimed it, so that a claim whose answer was lost can be given back.</summary>
    public Guid? ClaimBatch { get; init; }

    /// <summary>When the sweep last woke it.</summary>
    public DateTimeOffset? WokenAt { get; init; }

    /// <summary>The span that scheduled it, as a <c>traceparent</c>: its hand-over is a part of that trace.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Traceparent { get; init; }

    /// <summary>
    /// What is done instead of trying it again, where a save or a delete of the config replaced or removed it while it was being sent.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonObject? CancelOnRetry { get; init; }

    /// <summary>
    /// By whom it was dismissed, and when; null where it was not. A later outcome is news, and takes the dismissal back.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dismissal? Dismissed { get; init; }

    /// <summary>The timer that its last move has set.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? Wakeup { get; init; }

    /// <summary>The timer of the move before that one, which the last move has withdrawn.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? WakeupBefore { get; init; }

    /// <summary>The first line, and the last hundred.</summary>
    public List<TimelineEntry> Timeline { get; init; } = [];

    /// <summary>How many lines between the first and the others are no longer kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int TimelineLeftOut { get; init; }
}

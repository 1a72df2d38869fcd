using System.Text.Json.Serialization;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Forecasts;
using Mail.ConfigService.Rendering;
using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary>An e-mail as lists show it: without bodies and timeline.</summary>
public record EmailSummary : EmailFields
{
    internal EmailSummary(ScheduledEmail email, SendingConditions conditions)
        : base(email.Named is null ? email : email with { To = email.Named.To, Cc = email.Named.Cc, Bcc = email.Named.Bcc })
    {
        (Id, ClientId, Key, Source, Revision) = (email.Id, email.ClientId, email.Key, email.Source, email.Revision);
        (Status, Reason, SupersededBy) = (email.Status, email.Reason, email.SupersededBy);
        (ResendOf, ResentAs, RemainderOf, Remainder) = (email.ResendOf, email.ResentAs, email.RemainderOf, email.Remainder);
        Envelope = email.Named is null ? null : [.. email.To, .. email.Cc, .. email.Bcc];
        Occurrence = email.Occurrence;
        (ScheduledLocal, TimeZone) = (email.Local?.ScheduledLocal, email.Local?.TimeZone);
        (IfSkipped, IfRepeated) = (email.Local?.IfSkipped, email.Local?.IfRepeated);
        (ScheduledDatetime, SendBefore, CreatedAt, SentAt) = (email.ScheduledDatetime, email.SendBefore, email.CreatedAt, email.SentAt);
        LatenessMs = email.SentAt is { } sent ? (long)(sent - email.ScheduledDatetime).TotalMilliseconds : null;
        Attempts = email.Attempts;
        NextAttemptAt = email.Status == EmailStatus.Pending && WasTried(email) ? email.DueAt : null;
        Forecast = Emails.Forecast.Predict(email, conditions);
        ExpectedAt = conditions.ExpectedAt(email);
        (MessageId, SmtpReply, LastError) = (email.MessageId, email.SmtpReply, email.LastError);
        Explanation = Emails.Explanation.Explain(email, conditions);
        Dismissed = email.Dismissed;
    }

    /// <summary>A UUIDv7.</summary>
    public Guid Id { get; }

    /// <summary>The client that it belongs to.</summary>
    public string ClientId { get; }

    /// <summary>Names the item within the client's config; null outside one, and for one that was resent.</summary>
    public string? Key { get; }

    /// <summary>Where it came from.</summary>
    [EmailSource]
    public string Source { get; }

    /// <summary>The config revision that scheduled it.</summary>
    public long? Revision { get; }

    /// <summary>Where it stands.</summary>
    [EmailStatus]
    public string Status { get; }

    /// <summary>Why it was cancelled; null where it was not.</summary>
    [CancelReason]
    public string? Reason { get; }

    /// <summary>The e-mail that a config save put in its place.</summary>
    public Guid? SupersededBy { get; }

    /// <summary>The e-mail that this one sends again.</summary>
    public Guid? ResendOf { get; }

    /// <summary>The e-mail that was sent in the place of this one.</summary>
    public Guid? ResentAs { get; }

    /// <summary>The e-mail that this one is the rest of: its server took that one for other recipients and put these off.</summary>
    public Guid? RemainderOf { get; }

    /// <summary>The e-mail that goes to those recipients whom the server put off.</summary>
    public Guid? Remainder { get; }

    /// <summary>
    /// Whom it goes to, where <c>to</c>, <c>cc</c> and <c>bcc</c> name more than those: of a remainder, and of one that was sent again.
    /// </summary>
    [Mailbox]
    public IReadOnlyList<string>? Envelope { get; }

    /// <summary>
    /// Which occurrence of a series it is: the nominal local time, which never changes. There where it is one; <c>key</c> is that of the
    /// series.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Occurrence { get; }

    /// <summary>When it is due on the clocks of <c>time_zone</c>; there where it was scheduled so.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ScheduledLocal { get; }

    /// <summary>The zone of <c>scheduled_local</c>, as it was written.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TimeZone { get; }

    /// <summary>What is done where a clock change leaves <c>scheduled_local</c> out.</summary>
    [IfSkipped, JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IfSkipped { get; }

    /// <summary>Which instant is meant where <c>scheduled_local</c> comes twice.</summary>
    [IfRepeated, JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IfRepeated { get; }

    /// <summary>When it is due.</summary>
    public DateTimeOffset ScheduledDatetime { get; }

    /// <summary>When it is no longer worth sending.</summary>
    public DateTimeOffset SendBefore { get; }

    /// <summary>When it was scheduled.</summary>
    public DateTimeOffset CreatedAt { get; }

    /// <summary>When the server took it.</summary>
    public DateTimeOffset? SentAt { get; }

    /// <summary>Milliseconds from due to sent.</summary>
    public long? LatenessMs { get; }

    /// <summary>Conversations with a server that were about this e-mail.</summary>
    public int Attempts { get; }

    /// <summary>When it is tried again, after an attempt that failed.</summary>
    public DateTimeOffset? NextAttemptAt { get; }

    /// <summary>What will become of it as things stand; null unless it is pending.</summary>
    [EmailForecast]
    public string? Forecast { get; }

    /// <summary>
    /// When the server is expected to have taken it, by the senders' pace and what is due before it; null where it is not pending, is held,
    /// expires first or could not be sent now.
    /// </summary>
    public DateTimeOffset? ExpectedAt { get; }

    /// <summary>The Message-ID header, the same for every attempt.</summary>
    public string? MessageId { get; }

    /// <summary>What the server answered to the end of DATA.</summary>
    public string? SmtpReply { get; }

    /// <summary>What went wrong at the last attempt.</summary>
    public LastError? LastError { get; }

    /// <summary>Why it stands where it stands, in a sentence or two.</summary>
    public string Explanation { get; }

    /// <summary>
    /// By whom it was dismissed, and when: a failed, unknown or expired e-mail that no longer asks for a decision. Null where it was not.
    /// </summary>
    public Dismissal? Dismissed { get; }

    /// <summary>Whether its recipients have been tried: those of a remainder were, with the e-mail that it is the rest of.</summary>
    internal static bool WasTried(ScheduledEmail email) => email.Attempts > 0 || email.RemainderOf is not null;
}

/// <summary>An e-mail: what it says, where it stands, and why.</summary>
[Example(EmailExamples.Sent)]
public sealed record EmailView : EmailSummary
{
    internal EmailView(ScheduledEmail email, EmailBody? body, SendingConditions conditions)
        : base(email, conditions) =>
        (Text, Html, Template, Timeline, TimelineLeftOut) =
            (body?.Text, body?.Html, TemplateView.From(email.Template, body?.Template), email.Timeline, email.TimelineLeftOut);

    /// <summary>The body as plain text.</summary>
    [JsonPropertyOrder(1)]
    public string? Text { get; }

    /// <summary>The body as HTML.</summary>
    [JsonPropertyOrder(1)]
    public string? Html { get; }

    /// <summary>The template that it was rendered from; null where it was written.</summary>
    [JsonPropertyOrder(1)]
    public TemplateView? Template { get; }

    /// <summary>What happened to it, oldest first: the first line, and the last hundred.</summary>
    [JsonPropertyOrder(1)]
    public IReadOnlyList<TimelineEntry> Timeline { get; }

    /// <summary>How many lines between the first and the others are no longer kept; there where there are any.</summary>
    [JsonPropertyOrder(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int TimelineLeftOut { get; }
}

using System.Text.Json.Serialization;
using Mail.ConfigService.Forecasts;
using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary>An e-mail as answers show it.</summary>
public sealed record EmailView(
    Guid Id, string ClientId, string? Key, string Source, long? Revision,
    IReadOnlyList<string> To, IReadOnlyList<string> Cc, IReadOnlyList<string> Bcc, IReadOnlyList<string> ReplyTo, string Subject,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] Optional<string?> Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] Optional<string?> Html,
    IReadOnlyDictionary<string, string> Headers, IReadOnlyList<Attachment> Attachments,
    string Status, string? Reason, Guid? SupersededBy, Guid? ResendOf, Guid? ResentAs, Guid? RemainderOf, Guid? Remainder, IReadOnlyList<string>? Envelope,
    DateTimeOffset ScheduledDatetime, DateTimeOffset SendBefore, DateTimeOffset CreatedAt, DateTimeOffset? SentAt, long? LatenessMs,
    int Attempts, DateTimeOffset? NextAttemptAt, string? Forecast, DateTimeOffset? ExpectedAt, string? MessageId, string? SmtpReply, LastError? LastError, string Explanation,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<TimelineEntry>? Timeline,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int TimelineLeftOut = 0)
{
    /// <summary>The whole e-mail.</summary>
    internal static EmailView Whole(ScheduledEmail email, EmailBody? body, SendingConditions conditions) =>
        Listed(email, conditions) with { Text = new(body?.Text), Html = new(body?.Html), Timeline = email.Timeline, TimelineLeftOut = email.TimelineLeftOut };

    /// <summary>As lists show it: without bodies and timeline.</summary>
    internal static EmailView Listed(ScheduledEmail email, SendingConditions conditions) => new(
        email.Id, email.ClientId, email.Key, email.Source, email.Revision,
        email.Named?.To ?? email.To, email.Named?.Cc ?? email.Cc, email.Named?.Bcc ?? email.Bcc, email.ReplyTo, email.Subject, default, default, email.Headers, email.Attachments,
        email.Status, email.Reason, email.SupersededBy, email.ResendOf, email.ResentAs, email.RemainderOf, email.Remainder,
        email.Named is null ? null : [.. email.To, .. email.Cc, .. email.Bcc], email.ScheduledDatetime, email.SendBefore, email.CreatedAt, email.SentAt,
        email.SentAt is { } sent ? (long)(sent - email.ScheduledDatetime).TotalMilliseconds : null,
        email.Attempts, email.Status == EmailStatus.Pending && WasTried(email) ? email.DueAt : null,
        Emails.Forecast.Predict(email, conditions), conditions.ExpectedAt(email), email.MessageId, email.SmtpReply, email.LastError, Emails.Explanation.Explain(email, conditions), null);

    /// <summary>Whether its recipients have been tried: those of a remainder were, with the e-mail that it is the rest of.</summary>
    internal static bool WasTried(ScheduledEmail email) => email.Attempts > 0 || email.RemainderOf is not null;
}

using Mail.Hosting;
using Mail.SenderService.Recording;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Settings;
using Mail.SenderService.Smtp.Verdicts;
using Mail.Store;

namespace Mail.SenderService;

/// <summary>The guide's lines, word for word, and the sender's own.</summary>
internal static partial class Log
{
    internal static void Configured(this ILogger logger, SmtpOptions smtp)
    {
        if (smtp.NotRead.Count > 0)
            logger.NotRead(string.Join(' ', smtp.NotRead));
        var missing = smtp.Missing();
        if (SettingHints.For(missing, smtp.Invalid) is not { } hint)
        {
            logger.SendingEnabled();
            return;
        }

        logger.NotConfigured(SettingHints.Summary(missing, smtp.Invalid));
        logger.WhatToSet(hint);
    }

    internal static void Attempting(this ILogger logger, ScheduledEmail email, SmtpOptions smtp)
    {
        if (logger.IsEnabled(LogLevel.Information))
            logger.Attempting(To(email), smtp.Host!, smtp.Port, email.Id, email.ClientId);
    }

    internal static void Outcome(this ILogger logger, ScheduledEmail email, Outcome outcome)
    {
        if (logger.IsEnabled(LogLevel.Debug))
            logger.WasTo(string.Join(", ", email.To.Concat(email.Cc).Concat(email.Bcc)), email.Id, email.ClientId);
        outcome.Switch(
            sent: sent =>
            {
                if (logger.IsEnabled(LogLevel.Information))
                    logger.Sent(LoggedWords.Sentences(email, sent.Reply), email.Id, email.ClientId);
            },
            failed: failed => logger.Failed(
                failed.Error.Stage, LoggedWords.Sentences(email, failed.Error.Reply, failed.Error.Hint), email.Id, email.ClientId),
            tryAgain: again => logger.TryingAgain(
                again.Error.Stage, LoggedWords.Sentences(email, again.Error.Reply), LoggedWords.Following(email, again.Error.Hint),
                email.Id, email.ClientId),
            unknown: unknown => logger.Unknown(LoggedWords.Sentences(email, unknown.Error.Reply), email.Id, email.ClientId),
            // SenderStatus logs the trouble once, and not for each e-mail that goes back.
            blocked: _ => { });
    }

    // A remainder may be for recipients of copies alone.
    private static string To(ScheduledEmail email) => string.Join(", ", email.To.Count > 0 ? email.To : [.. email.Cc, .. email.Bcc]);

    [LoggerMessage(
        LogLevel.Error,
        "The conversation about email {EmailId} of client {ClientId} could not go on. It stays as sending, and is unknown once this "
        + "process has ended")]
    public static partial void ConversationBroke(this ILogger logger, Exception exception, Guid emailId, string clientId);

    [LoggerMessage(LogLevel.Warning, "The turn of {Count} e-mails under SMTP_RATE could not be asked for; they wait")]
    public static partial void NoSlots(this ILogger logger, Exception exception, int count);

    [LoggerMessage(LogLevel.Information, "Email configured (SMTP). Sending enabled.")]
    private static partial void SendingEnabled(this ILogger logger);

    [LoggerMessage(LogLevel.Error, "Email NOT configured. {Settings:l}")]
    private static partial void NotConfigured(this ILogger logger, string settings);

    [LoggerMessage(LogLevel.Error, "E-mail waits until this sender can use its settings. {Hint:l}")]
    private static partial void WhatToSet(this ILogger logger, string hint);

    [LoggerMessage(LogLevel.Warning, "Some settings have other names here. {Variables:l}")]
    private static partial void NotRead(this ILogger logger, string variables);

    [LoggerMessage(LogLevel.Information, "Attempting to send email to {To:l} via {Host:l}:{Port} ({EmailId}, client {ClientId:l})")]
    private static partial void Attempting(this ILogger logger, string to, string host, int port, Guid emailId, string clientId);

    [LoggerMessage(LogLevel.Debug, "The recipients are {Recipients:l} ({EmailId}, client {ClientId:l})")]
    private static partial void WasTo(this ILogger logger, string recipients, Guid emailId, string clientId);

    [LoggerMessage(LogLevel.Information, "Email sent: {Reply:l} ({EmailId}, client {ClientId:l})")]
    private static partial void Sent(this ILogger logger, string reply, Guid emailId, string clientId);

    [LoggerMessage(LogLevel.Error, "Email failed at {Stage}: {Reply:l} ({EmailId}, client {ClientId:l})")]
    private static partial void Failed(this ILogger logger, SmtpStage stage, string reply, Guid emailId, string clientId);

    [LoggerMessage(LogLevel.Warning, "Email not taken at {Stage}: {Reply:l} It is tried again.{Hint:l} ({EmailId}, client {ClientId:l})")]
    private static partial void TryingAgain(this ILogger logger, SmtpStage stage, string reply, string hint, Guid emailId, string clientId);

    [LoggerMessage(
        LogLevel.Error, "Email in doubt: the conversation broke after the final dot. {Reply:l} ({EmailId}, client {ClientId:l})")]
    private static partial void Unknown(this ILogger logger, string reply, Guid emailId, string clientId);

    [LoggerMessage(LogLevel.Error, "Sending is blocked: {Reason:l} Trying again in {Pause}")]
    public static partial void Blocked(this ILogger logger, string reason, TimeSpan pause);

    [LoggerMessage(LogLevel.Information, "The server takes fewer connections; those that it accepted go on. {Reply:l}. {Hint:l}")]
    public static partial void Crowded(this ILogger logger, string? reply, string hint);

    [LoggerMessage(LogLevel.Information, "The server takes fewer e-mails in that time; the next one goes out in {Pause}. {Reply:l}")]
    public static partial void TooFast(this ILogger logger, string? reply, TimeSpan pause);

    [LoggerMessage(LogLevel.Information, "The server takes e-mail again")]
    public static partial void Unblocked(this ILogger logger);

    [LoggerMessage(
        LogLevel.Warning, "The access token could not be renewed; the one at hand is good for {Left} and is used until then. {Reason:l}")]
    public static partial void TokenNotRenewed(this ILogger logger, TimeSpan left, string reason);

    [LoggerMessage(LogLevel.Information, "The queue is open")]
    public static partial void QueueOpened(this ILogger logger);

    [LoggerMessage(LogLevel.Information, "The queue is closed")]
    public static partial void QueueClosed(this ILogger logger);

    [LoggerMessage(LogLevel.Warning, "The answer to a claim of {Count} e-mails was lost; the batch is abandoned and given back")]
    public static partial void ClaimLost(this ILogger logger, Exception exception, int count);

    [LoggerMessage(LogLevel.Warning, "The claim of {Count} e-mails failed; it is tried again")]
    public static partial void ClaimFailed(this ILogger logger, Exception exception, int count);

    [LoggerMessage(LogLevel.Warning, "{Count} e-mails that {Instance:l} held without knowing are pending again")]
    public static partial void GaveBack(this ILogger logger, int count, string instance);

    [LoggerMessage(LogLevel.Warning, "A lost batch could not be given back yet")]
    public static partial void GiveBackFailed(this ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Error, "{Count} outcomes could not be written yet; they are kept and written again")]
    public static partial void OutcomesNotWritten(this ILogger logger, Exception exception, int count);

    [LoggerMessage(
        LogLevel.Error,
        "The last outcomes could not be written: the database stayed away. What became of their e-mails stands above; they will be shown "
        + "as unknown")]
    public static partial void OutcomesLost(this ILogger logger);

    [LoggerMessage(
        LogLevel.Warning,
        "{Count} wake-ups could not be handed back; that is tried again or, while the service stops, the broker hands them out again")]
    public static partial void HandBackFailed(this ILogger logger, Exception exception, int count);

    [LoggerMessage(LogLevel.Warning, "The warm-up did not reach the database; the first e-mail may be late by some milliseconds")]
    public static partial void WarmUpFailed(this ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Error, "The heartbeat could not be renewed")]
    public static partial void HeartbeatFailed(this ILogger logger, Exception exception);

    [LoggerMessage(
        LogLevel.Warning,
        "The attachments of e-mail {EmailId} of client {ClientId} could not be read from the database; that is tried again")]
    internal static partial void AttachmentsNotRead(this ILogger logger, Exception exception, Guid emailId, string clientId);

    [LoggerMessage(LogLevel.Information, "SECRETS_PRIVATE_KEYS is not set: events for webhooks are left to senders that have it")]
    public static partial void WebhooksLeftToOthers(this ILogger logger);

    [LoggerMessage(LogLevel.Error, "No key in SECRETS_PRIVATE_KEYS opens the secret of webhook {WebhookId}: it is told nothing")]
    public static partial void SecretNotOpened(this ILogger logger, Guid webhookId);

    [LoggerMessage(LogLevel.Warning, "Webhook {WebhookId} of client {ClientId:l} is disabled: its endpoint fails or wants no more")]
    public static partial void WebhookDisabled(this ILogger logger, string clientId, Guid webhookId);

    [LoggerMessage(LogLevel.Warning, "Could not look for events that webhooks wait for; that is tried again")]
    public static partial void WebhooksNotSeen(this ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Warning, "The delivery of events to webhook {WebhookId} broke off; a sender takes it up again in a minute")]
    public static partial void WebhookWalkFailed(this ILogger logger, Exception exception, Guid webhookId);

    [LoggerMessage(LogLevel.Warning, "The queue of deliveries could not be opened; what is due is found a minute later")]
    public static partial void WebhookQueueNotOpened(this ILogger logger, Exception exception);
}

using System.Diagnostics;
using Mail.SenderService.Smtp.Connections;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Settings;
using Mail.Store;

namespace Mail.SenderService.Recording;

/// <summary>
/// The last span of an e-mail's trace: its hand-over to the server. A part of the trace of the request that scheduled it, and linked
/// to the wake-up, which it may share with others.
/// </summary>
internal static class DeliverySpan
{
    /// <summary>Null where no trace is recorded.</summary>
    internal static Activity? Start(ScheduledEmail email, ActivityContext wokenBy, SmtpOptions smtp)
    {
        if (!Tracing.Source.HasListeners())
            return null;
        var parent = ActivityContext.TryParse(email.Traceparent, traceState: null, isRemote: true, out var scheduled) ? scheduled : wokenBy;
        var span = Tracing.Source.StartActivity(
            "hand over", ActivityKind.Client, parent, links: wokenBy == default ? null : [new ActivityLink(wokenBy)]);
        return span?.SetTag("mail.email.id", email.Id).SetTag("mail.client.id", email.ClientId)
            .SetTag("server.address", smtp.Host).SetTag("server.port", smtp.Port);
    }

    /// <summary>Says what the attempt came to.</summary>
    internal static void End(Activity? span, OutcomeTransition move, DeliveryAttempt attempt)
    {
        if (span is null)
            return;
        span.SetTag("mail.email.status", move.Status).SetTag("smtp.reply.code", attempt.ReplyCode);
        if (!attempt.Accepted)
            span.SetTag("error.type", StageClock.Name(attempt.Stage)).SetStatus(ActivityStatusCode.Error, attempt.Error ?? attempt.Reply);
    }
}

using Mail.ConfigService.Emails;
using Mail.Store;

namespace Mail.ConfigService.Bulk;

/// <summary>What becomes of one of many e-mails: what a request for it alone would do. Pure, but for new ids and the trace.</summary>
/// <param name="Id">The e-mail.</param>
/// <param name="Outcome">One of <see cref="BulkOutcome"/>.</param>
/// <param name="Move">What changes in its document; null where nothing does.</param>
/// <param name="Again">The e-mail that sends it again.</param>
/// <param name="ResentAs">The e-mail that sent it again before.</param>
internal sealed record BulkDecision(
    Guid Id, string Outcome, EmailTransition? Move = null, ScheduledEmail? Again = null, Guid? ResentAs = null)
{
    /// <summary>What decisions depend on, apart from the e-mail.</summary>
    /// <param name="Now">The database's clock.</param>
    /// <param name="Who">The caller's name.</param>
    /// <param name="By">The name of this instance.</param>
    internal sealed record Request(DateTimeOffset Now, string Who, string By);

    /// <summary>Decides.</summary>
    internal static BulkDecision Decide(ScheduledEmail email, BulkChange change, Request at) => change.Action switch
    {
        BulkAction.Cancel => Cancel(email.Id, email.Status, at),
        BulkAction.SendNow => Reschedule(email, to: null, at),
        BulkAction.Move => Reschedule(email, change.To ?? Later(email.ScheduledDatetime, change.By!.Value), at),
        BulkAction.Resend => Resend(email, at),
        BulkAction.Dismiss => Dismiss(email, at),
        _ => throw new ArgumentException($"There is no {change.Action}.", nameof(change)),
    };

    /// <summary>Decides about a cancel, which hangs on where the e-mail stands and on nothing that it says.</summary>
    internal static BulkDecision Cancel(Guid id, string status, Request at) => status switch
    {
        EmailStatus.Pending => new(
            id, BulkOutcome.Done, EmailTransition.Cancel(id, CancelReason.Cancelled, null, $"cancelled by {at.Who}", at.By)),
        EmailStatus.Cancelled => new(id, BulkOutcome.Done),
        _ => new(id, BulkOutcome.TooLate),
    };

    private static BulkDecision Reschedule(ScheduledEmail email, DateTimeOffset? to, Request at)
    {
        var decision = MoveRules.Decide(email, to, at.Now);
        return decision.Refused is { } refused
            ? new(email.Id, OutcomeOf(refused))
            : new(email.Id, BulkOutcome.Done, MoveRules.Transition(email, decision, now: to is null, at.Who, at.By));
    }

    private static BulkDecision Resend(ScheduledEmail email, Request at)
    {
        if (email.ResentAs is { } before)
            return new(email.Id, BulkOutcome.AlreadyResent, ResentAs: before);
        if (email.BodyId == EmailBody.Erased || !EmailStatus.Resendable.Contains(email.Status, StringComparer.Ordinal))
            return new(email.Id, BulkOutcome.NotResendable);
        var again = NewEmail.Again(email, at.By, $"resend of {email.Id} by {at.Who}", at.Now);
        return new(email.Id, BulkOutcome.Done, EmailTransition.Resend(email.Id, again.Id, at.By), again);
    }

    private static BulkDecision Dismiss(ScheduledEmail email, Request at) => !DismissEmail.CanBe(email)
        ? new(email.Id, BulkOutcome.NotFinal)
        : new(email.Id, BulkOutcome.Done, email.Dismissed is null ? EmailTransition.Dismiss(email.Id, at.Who, at.By) : null);

    // A time beyond the calendar is too far ahead, or in the past.
    private static DateTimeOffset Later(DateTimeOffset time, TimeSpan by)
    {
        if (by > TimeSpan.Zero)
            return time > DateTimeOffset.MaxValue - by ? DateTimeOffset.MaxValue : time + by;
        return time < DateTimeOffset.MinValue - by ? DateTimeOffset.MinValue : time + by;
    }

    private static string OutcomeOf(MoveRules.Refusal refusal) => refusal switch
    {
        MoveRules.Refusal.ManagedByConfig => BulkOutcome.ManagedByConfig,
        MoveRules.Refusal.TooLate => BulkOutcome.TooLate,
        MoveRules.Refusal.InThePast => BulkOutcome.InThePast,
        MoveRules.Refusal.TooFarAhead => BulkOutcome.TooFarAhead,
        _ => BulkOutcome.PastSendBefore,
    };
}

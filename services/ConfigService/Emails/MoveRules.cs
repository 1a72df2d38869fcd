using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary>Whether an e-mail may be sent at another time, and when it is then no longer worth sending. Pure.</summary>
internal static class MoveRules
{
    /// <summary>What is decided.</summary>
    /// <param name="Due">The new time.</param>
    /// <param name="SendBefore">When it is no longer worth sending then.</param>
    /// <param name="Refused">Why not; null where it is moved.</param>
    internal sealed record Decision(DateTimeOffset Due, DateTimeOffset SendBefore, Refusal? Refused);

    /// <summary>Why an e-mail is not moved.</summary>
    internal enum Refusal
    {
        /// <summary>It is an item of the config, whose time is changed there.</summary>
        ManagedByConfig,

        /// <summary>It is being sent, or final.</summary>
        TooLate,

        /// <summary>The new time is more than an hour ago.</summary>
        InThePast,

        /// <summary>The new time is more than a hundred years ahead.</summary>
        TooFarAhead,

        /// <summary>The new time is not before the <c>send_before</c> that was set.</summary>
        PastSendBefore,
    }

    /// <summary>Decides.</summary>
    /// <param name="email">The e-mail.</param>
    /// <param name="to">The new time; null for now, which is for items of a config, too.</param>
    /// <param name="now">The database's clock.</param>
    internal static Decision Decide(ScheduledEmail email, DateTimeOffset? to, DateTimeOffset now)
    {
        var due = to ?? NewEmail.WholeMilliseconds(now);
        var sendBefore = email.SendBeforeSet ? email.SendBefore : NewEmail.SendBefore(due);
        return new(due, sendBefore, Refuse());

        Refusal? Refuse()
        {
            if (to is not null && email.Source == EmailSource.Config)
                return Refusal.ManagedByConfig;
            if (email.Status != EmailStatus.Pending)
                return Refusal.TooLate;
            if (IsInThePast(due, now))
                return Refusal.InThePast;
            if (FarAhead.Is(due, now))
                return Refusal.TooFarAhead;
            return due >= sendBefore ? Refusal.PastSendBefore : null;
        }
    }

    /// <summary>Whether a time is more than an hour ago.</summary>
    internal static bool IsInThePast(DateTimeOffset due, DateTimeOffset now) => due < now - NewEmail.MaxOverdue;

    /// <summary>The refusal of a request for this e-mail alone.</summary>
    /// <param name="email">The e-mail.</param>
    /// <param name="decision">What was decided.</param>
    /// <param name="pointer">The field that says the new time.</param>
    internal static ProblemException Problem(ScheduledEmail email, Decision decision, string pointer = "/scheduled_datetime")
    {
        if (decision.Refused == Refusal.ManagedByConfig)
        {
            return new(
                ProblemCodes.ManagedByConfig, "This e-mail is an item of the client's config: change its time there.");
        }

        if (decision.Refused == Refusal.TooLate)
            return ProblemException.TooLate(email.Status);
        var errors = new Errors();
        if (decision.Refused == Refusal.InThePast)
            errors.Add(pointer, "is more than an hour ago", ProblemCodes.ScheduledInThePast);
        else if (decision.Refused == Refusal.TooFarAhead)
            errors.Add(pointer, FarAhead.Sentence, ProblemCodes.ScheduledTooFarAhead);
        else
            errors.Add(pointer, $"is past its send_before, {MailJson.Format(decision.SendBefore)}");
        return errors.Refusal();
    }

    /// <summary>The move itself, with a timer's token of its own.</summary>
    /// <param name="email">The e-mail.</param>
    /// <param name="decision">What was decided.</param>
    /// <param name="now">Whether it is to be sent now.</param>
    /// <param name="who">Who asked for it.</param>
    /// <param name="by">This instance.</param>
    /// <param name="local">The local time that the new time follows from; null for an instant.</param>
    internal static EmailTransition Transition(
        ScheduledEmail email, Decision decision, bool now, string who, string by, LocalTimeInput? local = null)
    {
        var move = EmailTransition.Reschedule(
            email.Id, decision.Due, decision.SendBefore, Guid.CreateVersion7(), now ? "send_now" : "moved",
            $"from {MailJson.Format(email.ScheduledDatetime)} to {MailJson.Format(decision.Due)} by {who}", by);
        return local is null && email.Local is null ? move : move.By(local?.Clock, local?.Tzdb);
    }
}

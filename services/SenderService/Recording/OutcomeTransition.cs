using System.Text.Json;
using System.Text.Json.Nodes;
using Mail.SenderService.Smtp.Connections;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Verdicts;
using Mail.Store;

namespace Mail.SenderService.Recording;

/// <summary>What an attempt comes to in the store: the e-mail's move, and when it is to be woken again, if at all.</summary>
/// <param name="Batch">The claim that it belongs to.</param>
/// <param name="Status">Where the e-mail stands then.</param>
/// <param name="At">The end of the attempt.</param>
/// <param name="Move">The move.</param>
/// <param name="WakeAt">When to wake it again; null where it is final.</param>
public sealed record OutcomeTransition(Guid Batch, string Status, DateTimeOffset At, EmailTransition Move, DateTimeOffset? WakeAt)
{
    /// <summary>The e-mails that are to be woken, and when: this one, and what it leaves for others of its recipients.</summary>
    public IEnumerable<(Guid EmailId, DateTimeOffset Due)> Wakes
    {
        get
        {
            if (WakeAt is { } again)
                yield return (Move.Id, again);
            if (Move.Remainder is { } remainder)
                yield return (remainder.Email.Id, remainder.Email.DueAt);
        }
    }

    /// <summary>Decides, purely: the claimed e-mail, what the server did, when, and the policy.</summary>
    /// <param name="claimed">The e-mail, as claimed.</param>
    /// <param name="outcome">What the hand-over came to.</param>
    /// <param name="now">The end of the hand-over, by the database's clock.</param>
    /// <param name="messageId">The Message-ID it went out under.</param>
    /// <param name="retry">When to try again.</param>
    /// <param name="jitter">From 0 to 1.</param>
    /// <param name="by">This instance.</param>
    public static OutcomeTransition Decide(
        ClaimedEmail claimed, Outcome outcome, DateTimeOffset now, string messageId, RetryPolicy retry, double jitter, string by)
    {
        var email = claimed.Email;
        var attempt = email.Attempts + 1;
        // The recipients of a remainder were tried once before, with the e-mail that it is the rest of.
        var turn = email.Source == EmailSource.Remainder ? attempt + 1 : attempt;
        // A test is there to show the failure, not to outlast it.
        var last = email.Source == EmailSource.Test;
        return outcome.Match(
            sent: Taken,
            failed: failed => Final(EmailStatus.Failed, Words(failed.Error), Failed(failed.Error)),
            tryAgain: again => now + retry.DelayAfter(turn, jitter) is var next && (last || next >= email.SendBefore)
                ? Final(EmailStatus.Failed, Words(again.Error), Failed(again.Error))
                : Again(next, "attempt_failed", Words(again.Error), attempt, Failed(again.Error)),
            unknown: unknown => Final(EmailStatus.Unknown, Words(unknown.Error), Failed(unknown.Error)),
            blocked: blocked => last
                ? Final(EmailStatus.Failed, Words(blocked.Error), Failed(blocked.Error))
                : Again(email.DueAt, "returned", Words(blocked.Error), email.Attempts, Failed(blocked.Error)));

        OutcomeTransition Taken(Outcome.Sent sent)
        {
            var remainder = Remainders.Create(claimed, sent.Refused, now, now + retry.DelayAfter(turn, jitter), messageId, by);
            var lost = sent.Refused.Where(recipient => remainder is null || recipient.Retry == RecipientRetry.None).ToList();
            var refused = lost.Count == 0
                ? null
                : $"refused: {string.Join("; ", lost.Select(recipient => $"{recipient.Address}: {recipient.Reply}"))}";
            return Final(EmailStatus.Sent, sent.Reply + (refused is null ? "" : $" ({refused})"), new()
            {
                ["sent_at"] = now,
                ["smtp_reply"] = sent.Reply,
                ["last_error"] = refused is null
                    ? null
                    : Error(
                        new(SmtpStage.RcptTo, refused, lost[0].Hint, lost.All(each => each.Retry == RecipientRetry.None), lost[0].Verdict)),
            }, remainder);
        }

        OutcomeTransition Final(string status, string? detail, JsonObject patch, Remainder? remainder = null)
        {
            patch["status"] = status;
            patch["attempts"] = attempt;
            patch["message_id"] = messageId;
            var move = new EmailTransition(email.Id, patch, EmailTransition.Line(status, detail, by)) { Remainder = remainder };
            return new(email.ClaimBatch!.Value, status, now, move, null);
        }

        OutcomeTransition Again(DateTimeOffset due, string @event, string? detail, int attempts, JsonObject patch)
        {
            patch["status"] = EmailStatus.Pending;
            patch["attempts"] = attempts;
            patch["due_at"] = due;
            patch["claimed_by"] = null;
            patch["claim_batch"] = null;
            return new(
                email.ClaimBatch!.Value, EmailStatus.Pending, now, new(email.Id, patch, EmailTransition.Line(@event, detail, by)), due);
        }
    }

    private static JsonObject Failed(SmtpError error) => new() { ["last_error"] = Error(error) };

    private static JsonNode? Error(SmtpError error) => JsonSerializer.SerializeToNode(
        new LastError(StageClock.Name(error.Stage), error.Reply, error.Hint, error.Permanent, error.Verdict), StoreJson.Options);

    private static string? Words(SmtpError error) => error.Reply ?? error.Hint;
}

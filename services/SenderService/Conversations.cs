using System.Diagnostics;
using Mail.Hosting;
using Mail.Messages;
using Mail.SenderService.Attachments;
using Mail.SenderService.Claiming;
using Mail.SenderService.Rates;
using Mail.SenderService.Receiving;
using Mail.SenderService.Recording;
using Mail.SenderService.Smtp.Connections;
using Mail.SenderService.Smtp.Settings;
using Mail.SenderService.Smtp.Verdicts;
using Mail.Store;

namespace Mail.SenderService;

/// <summary>Hands e-mails over, one after another on the same connection, as long as each outcome brings the next one.</summary>
public sealed class Conversations(
    SmtpConnections connections, SmtpOptions smtp, OutcomeWriter outcomes, SenderStatus status, Heartbeat heartbeat, DatabaseClock clock,
    OutcomeCounter counter, RetryPolicy retry, Instance instance, AttachmentReader attachments, LearnedPace pace, DeliveryTimes times,
    SecondOpinion opinion, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<Conversations> logger)
{
    /// <summary>Completes when there is no next one; the connection is free then.</summary>
    /// <param name="first">The first e-mail.</param>
    /// <param name="connection">A rented connection.</param>
    /// <param name="turn">What the first waits for, before it is handed over.</param>
    /// <param name="isPaced">Whether the first has a turn of <see cref="LearnedPace"/>.</param>
    public async Task RunAsync(Assignment first, SmtpConnection connection, Task turn, bool isPaced)
    {
        Assignment? assignment = first;
        try
        {
            await turn;
            while (assignment is not null)
            {
                // The claim says whose the e-mail is, so its wake-up has done its work. While stopping it is acknowledged at once: until
                // all are, MassTransit keeps back those that came while it was closing the queue, and no other sender gets them.
                await using var stopping = lifetime.ApplicationStopping.UnsafeRegister(
                    static waiting => ((WaitingEmail)waiting!).Complete(), assignment.Waiting);
                var outcome = await HandOverAsync(assignment, connection, isPaced);
                isPaced = false;
                var next = await outcomes.RecordAsync(outcome);
                assignment.Waiting.Complete();
                counter.Count(outcome.Status, outcome.At, outcome.At - assignment.Claimed.Email.ScheduledDatetime);
                assignment = next;
            }
        }
        catch (Exception exception)
        {
            // A fault of ours, and nobody knows how far the conversation came: the e-mail stays with this process, and is unknown when that
            // ends. The next e-mail must not read what was meant for this one.
            logger.ConversationBroke(exception, assignment!.Claimed.Email.Id, assignment.Claimed.Email.ClientId);
            assignment.Waiting.Complete();
            await connection.DisposeAsync();
        }
        finally
        {
            connections.Return(connection);
        }
    }

    private async Task<OutcomeTransition> HandOverAsync(Assignment assignment, SmtpConnection connection, bool isPaced)
    {
        var (email, body, _) = assignment.Claimed;
        using var span = DeliverySpan.Start(email, assignment.Waiting.WokenBy, smtp);
        logger.Attempting(email, smtp);
        var begun = time.GetTimestamp();
        var (files, unread) = await attachments.RentAsync(email, MayGoOn, lifetime.ApplicationStopping);
        using var _ = files;
        var attempt = unread ?? await connection.HandOverAsync(OutgoingEmail.From(email, body, files.Files), Now(), MayGoOn);
        // When the reply was there, and by the database's clock, so that one clock judges it all.
        var ended = Now();
        var outcome = opinion.Judge(email.Id, Outcome.Classify(attempt, smtp), attempt, begun, time.GetTimestamp());
        pace.Ended(isPaced, outcome is Outcome.Sent);
        // Connecting is no part of what each e-mail takes.
        if (outcome is Outcome.Sent && (attempt.Reused || times.Seconds is null))
            times.Add(attempt.Duration);
        Heed(outcome, connection, begun, isPaced);
        logger.Outcome(email, outcome);
        var messageId = email.MessageOf is null ? MessageBuilder.MessageId(email.Id, smtp.FromEmail!) : email.MessageId!;
        var move = OutcomeTransition.Decide(
            assignment.Claimed, outcome, ended, messageId, retry, Random.Shared.NextDouble(), instance.Name);
        DeliverySpan.End(span, move, attempt);
        return move;

        bool MayGoOn() => heartbeat.HasHeldSince(assignment.BeforeClaim);
    }

    private DateTimeOffset Now() => clock.At(Stopwatch.GetTimestamp());

    /// <summary>Draws the conclusions for the e-mails that come next.</summary>
    private void Heed(Outcome outcome, SmtpConnection connection, long begun, bool isPaced) => outcome.Switch(
        sent: _ =>
        {
            status.Delivered();
            connections.Served(connection);
        },
        failed: failed => status.CameTo(failed.Error.Stage),
        tryAgain: again => status.CameTo(again.Error.Stage),
        unknown: _ => { },
        blocked: blocked => Pause(blocked, connection, begun, isPaced));

    private void Pause(Outcome.SenderBlocked blocked, SmtpConnection connection, long begun, bool isPaced)
    {
        if (blocked.Kind == VerdictKind.ConnectionCount && connections.GoOnWithout(connection))
            logger.Crowded(blocked.Error.Reply, blocked.Error.Hint);
        else if (blocked.Kind == VerdictKind.Pace)
            KeepToPace(blocked, pace.Refused(begun, isPaced, blocked.Error.Reply));
        else
            status.Block(blocked);
    }

    // What is over in a moment is waited for; for longer than that the e-mails go back, and it is said why.
    private void KeepToPace(Outcome.SenderBlocked tooFast, TimeSpan wait)
    {
        status.KeepToPace(tooFast);
        if (wait > BatchTurns.LongestTurn)
            status.Block(tooFast, wait);
        else
            logger.TooFast(tooFast.Error.Reply, wait);
    }
}

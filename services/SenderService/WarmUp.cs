using System.Text.Json;
using Mail.Hosting;
using Mail.SenderService.Smtp;
using Mail.Store;
using Npgsql;

namespace Mail.SenderService;

/// <summary>
/// Goes the way of an e-mail before the first one does, without one: the message, the conversation, the login, the statements. The
/// first e-mail after a start is then as punctual as the next; and a login that is refused shows at once, not at the
/// first due time.
/// </summary>
internal sealed class WarmUp(
    NpgsqlDataSource dataSource, Outbox outbox, SmtpConnections connections, SmtpOptions smtp, SenderStatus status, Heartbeat heartbeat,
    RetryPolicy retry, Instance instance, TimeProvider time, ILogger<WarmUp> logger)
{
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var email = new OutgoingEmail(Guid.Empty, ["rehearsal@localhost"], [], [], [], "Warm-up", "text", "<p>html</p>", new Dictionary<string, string>(StringComparer.Ordinal));
        await Rehearsal.RunAsync(email, time, cancellationToken);
        if (Outcome.Of(await connections.ProbeAsync(cancellationToken), smtp) is Outcome.SenderBlocked blocked)
            status.Block(blocked.Error, blocked.Reason);

        var claim = new Claim(heartbeat.Sender, Guid.Empty, instance.Name, instance.Installation);
        var move = OutcomeMove.Of(Sample(claim), new Outcome.Sent("250 Ok", []), time.GetUtcNow(), "", retry, jitter: 0, instance.Name);
        try
        {
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            // An id that no e-mail has: nothing is claimed, nothing moves.
            await Transitions.ClaimAsync(connection, claim, [Guid.Empty], now: null, cancellationToken);
            await Transitions.RecordAndClaimAsync(connection, [(move.Batch, move.Move)], claim, [Guid.Empty], now: null, cancellationToken);
            // Round by way of the timer table and the queue, to a claim that finds nothing.
            await outbox.WakeNowAsync(connection, [Guid.Empty], cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            logger.WarmUpFailed(exception);
        }
    }

    /// <summary>A claimed e-mail as it comes from the database: through JSON, whose first reading is the slow one.</summary>
    private ClaimedEmail Sample(Claim claim)
    {
        var now = time.GetUtcNow();
        var body = EmailBody.Of("warm-up", "text", html: null);
        var email = new ScheduledEmail
        {
            Id = Guid.Empty,
            ClientId = "warm-up",
            Source = EmailSource.OneOff,
            To = ["rehearsal@localhost"],
            Subject = "Warm-up",
            BodyId = body.Id,
            ScheduledDatetime = now,
            DueAt = now,
            SendBefore = now,
            CreatedAt = now,
            ClaimedBy = claim.Sender,
            ClaimBatch = claim.Batch,
        };
        return new(ThroughJson(email), ThroughJson(body), now);

        static T ThroughJson<T>(T document) => JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(document, StoreJson.Options), StoreJson.Options)!;
    }
}

using System.Text.Json;
using Mail.Hosting;
using Mail.Messages;
using Mail.SenderService.Claiming;
using Mail.SenderService.Recording;
using Mail.SenderService.Smtp.Connections;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Settings;
using Mail.SenderService.Smtp.Verdicts;
using Mail.Store;
using Npgsql;

namespace Mail.SenderService;

/// <summary>
/// Goes the way of an e-mail before the first one does, without one: the message, the conversation, the login, the statements. The
/// first e-mail after a start is then as punctual as the next; and a login that is refused shows at once, not at the
/// first due time.
/// </summary>
internal sealed class SenderWarmUp(
    NpgsqlDataSource dataSource, Outbox outbox, SmtpConnections connections, SmtpOptions smtp, SenderStatus status, Heartbeat heartbeat,
    OutcomeCounter counter, RetryPolicy retry, Instance instance, TimeProvider time, ILogger<SenderWarmUp> logger)
{
    private const int Rounds = 4;

    // Longer than the runtime waits for quiet before it begins to count calls.
    private static readonly TimeSpan _quiet = TimeSpan.FromMilliseconds(250);

    private static readonly EmailContent _content =
        new() { To = ["rehearsal@localhost"], Subject = "Warm-up", Text = "text", Html = "<p>html</p>" };

    /// <summary>Before the first e-mail.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        await Rehearsal.RunAsync(new(_content) { Id = Guid.Empty }, time, cancellationToken);
        if (Outcome.Classify(await connections.ProbeAsync(cancellationToken), smtp) is Outcome.SenderBlocked blocked)
            status.Block(blocked);

        try
        {
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            await ClaimNothingAsync(connection, cancellationToken);
            // Round by way of the timer table and the queue, to a claim that finds nothing.
            await outbox.WakeNowAsync(connection, [Guid.Empty], cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            logger.WarmUpFailed(exception);
        }
    }

    /// <summary>
    /// After it, while there is nothing to do: what was compiled in haste is compiled again, and well, after thirty calls that came when
    /// nothing new was being compiled. Otherwise that is done in the middle of the first burst, and takes a quarter of it.
    /// </summary>
    internal async Task AgainAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var round = 0; round < Rounds && !counter.Any; round++)
            {
                await Task.Delay(_quiet, time, cancellationToken);
                await Rehearsal.RunAsync(new(_content) { Id = Guid.Empty }, time, cancellationToken);
                await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
                for (var count = 0; count < Rehearsal.Emails; count++)
                    await ClaimNothingAsync(connection, cancellationToken);
            }
        }
        catch (NpgsqlException exception)
        {
            logger.WarmUpFailed(exception);
        }
    }

    // An id that no e-mail has: nothing is claimed, nothing moves.
    private async Task ClaimNothingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var claim = new Claim(heartbeat.Sender, Guid.Empty, instance.Name, instance.Installation);
        var move = OutcomeTransition.Decide(
            Sample(claim), new Outcome.Sent("250 Ok", []), time.GetUtcNow(), "", retry, jitter: 0, instance.Name);
        await EmailClaims.ClaimAsync(connection, claim, [Guid.Empty], now: null, cancellationToken);
        await EmailClaims.RecordAndClaimAsync(connection, [(move.Batch, move.Move)], claim, [Guid.Empty], now: null, cancellationToken);
    }

    /// <summary>A claimed e-mail as it comes from the database: through JSON, whose first reading is the slow one.</summary>
    private ClaimedEmail Sample(Claim claim)
    {
        var now = time.GetUtcNow();
        var body = EmailBody.Create("warm-up", _content);
        var email = new ScheduledEmail(_content)
        {
            Id = Guid.Empty,
            ClientId = "warm-up",
            Source = EmailSource.OneOff,
            BodyId = body.Id,
            ScheduledDatetime = now,
            DueAt = now,
            SendBefore = now,
            CreatedAt = now,
            ClaimedBy = claim.Sender,
            ClaimBatch = claim.Batch,
        };
        return new(ThroughJson(email), ThroughJson(body), now);

        static T ThroughJson<T>(T document) =>
            JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(document, StoreJson.Options), StoreJson.Options)!;
    }
}

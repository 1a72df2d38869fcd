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
    Instance instance, TimeProvider time, ILogger<WarmUp> logger)
{
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var email = new OutgoingEmail(Guid.Empty, ["rehearsal@localhost"], [], [], [], "Warm-up", "text", "<p>html</p>", new Dictionary<string, string>(StringComparer.Ordinal));
        await Rehearsal.RunAsync(email, time, cancellationToken);
        if (Outcome.Of(await connections.ProbeAsync(cancellationToken), smtp) is Outcome.SenderBlocked blocked)
            status.Block(blocked.Error, blocked.Reason);

        try
        {
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            // An id that no e-mail has: nothing is claimed, nothing moves.
            var claim = new Claim(heartbeat.Sender, Guid.Empty, instance.Name);
            await Transitions.ClaimAsync(connection, claim, [Guid.Empty], now: null, cancellationToken);
            await Transitions.RecordAsync(connection, claim.Sender, [(claim.Batch, new(Guid.Empty, [], []))], cancellationToken);
            // Round by way of the timer table and the queue, to a claim that finds nothing.
            await outbox.WakeAsync(connection, [(Guid.Empty, DateTimeOffset.UnixEpoch)], cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            logger.WarmUpFailed(exception);
        }
    }
}

using System.Diagnostics.Metrics;
using Mail.Hosting;
using Mail.Store;
using Npgsql;

namespace Mail.SchedulerService;

/// <summary>
/// What the sweep sees to. It makes good what messages alone can't: gives up the claims of dead senders, expires what is no longer worth
/// sending, wakes e-mails whose wake-up was lost. And it keeps the database small.
/// </summary>
internal sealed class Duties(
    WakeOverdue wake, SeriesTopUps series, ZoneChange zoneChange, TimeZones zones, RetentionPolicy retention, OutcomeCounter outcomes,
    Instance instance, TimeProvider time, ILogger<Duties> logger)
{
    /// <summary>How old a sender's heartbeat is when it has lost its claims.</summary>
    internal static readonly TimeSpan SenderExpiry = TimeSpan.FromSeconds(30);

    /// <summary>The duty that there is only where <c>RETENTION_DAYS</c> is set.</summary>
    internal const string Retention = "retention";

    private static readonly TimeSpan _grace = TimeSpan.FromMinutes(1);

    private static readonly Counter<long> _swept = new Meter("Mail").CreateCounter<long>(
        "mail.sweep.emails", "{email}",
        "E-mails that the sweep saw to: woken anew, left unknown by a dead sender, expired, scheduled, moved, or erased");

    private static readonly Counter<long> _forgotten = new Meter("Mail").CreateCounter<long>(
        "mail.sweep.requests", "{request}", "Remembered requests that the sweep has forgotten: their e-mails were final for a day");

    private static readonly Counter<long> _dropped = new Meter("Mail").CreateCounter<long>(
        "mail.sweep.attachments", "{attachment}",
        "Attachments that the sweep has dropped: no e-mail refers to them, and they were uploaded 72 hours ago");

    private bool _prepared;

    /// <summary>All of them, those first that the promise hangs on.</summary>
    internal IReadOnlyList<Duty> All =>
    [
        new("lost_claims", LoseClaimsAsync),
        new("expiry", ExpireAsync),
        new("wake_overdue", WakeAsync),
        new("series", TopUpAsync),
        new("time_zones", ChangeZonesAsync),
        new("forgetting", ForgetAsync),
        new("attachments", DropAttachmentsAsync),
        new("events", DropEventsAsync),
        .. retention.Keep is { } keep
            ? [new Duty(Retention, (connection, cancellationToken) => EraseAsync(connection, keep, cancellationToken), PrepareAsync)]
            : Array.Empty<Duty>(),
    ];

    private async Task<Duty.Done> LoseClaimsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var lost = await EmailSweep.LoseClaimsAsync(connection, SenderExpiry, instance.Name, cancellationToken);
        return new(lost == EmailSweep.MaxSwept, () =>
        {
            outcomes.Count(EmailStatus.Unknown, time.GetUtcNow(), count: lost);
            Tell("unknown", lost, () => logger.ClaimsLost(lost));
        });
    }

    private async Task<Duty.Done> ExpireAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var expired = await EmailSweep.ExpireAsync(connection, now: null, instance.Name, cancellationToken);
        return new(expired.Count == EmailSweep.MaxSwept, () =>
        {
            foreach (var (status, count) in expired.CountBy(status => status, StringComparer.Ordinal))
                outcomes.Count(status, time.GetUtcNow(), count: count);
            Tell("expired", expired.Count, () => logger.Expired(expired.Count));
        });
    }

    private async Task<Duty.Done> WakeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var woken = await wake.RunOnceAsync(connection, _grace, WakeOverdue.Again, cancellationToken);
        return new(woken == WakeOverdue.BatchSize, () => Tell("woken", woken, () => logger.Woken(woken)));
    }

    private async Task<Duty.Done> TopUpAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var done = await series.RunOnceAsync(connection, now: null, instance.Name, cancellationToken);
        return new(done.IsFull, () => Tell("scheduled", done.Made, () => logger.SeriesToppedUp(done.Made)));
    }

    private async Task<Duty.Done> ChangeZonesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var done = await zoneChange.RunOnceAsync(connection, now: null, instance.Name, cancellationToken);
        return new(done.IsFull, () => Tell("moved", done.Moved, () => logger.ZonesChanged(done.Moved, zones.Version)));
    }

    private async Task<Duty.Done> ForgetAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (forgotten, more) = await Cleanup.RunOnceAsync(connection, now: null, cancellationToken);
        return new(more, () => _forgotten.Add(forgotten));
    }

    private static async Task<Duty.Done> DropAttachmentsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (dropped, more) = await AttachmentUse.DropOldAsync(connection, now: null, cancellationToken);
        return new(more, () => _dropped.Add(dropped));
    }

    private async Task<Duty.Done> DropEventsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var dropped = await EventRetention.RunOnceAsync(connection, retention.KeepEvents, now: null, cancellationToken);
        return new(More: false, () =>
        {
            if (dropped > 0)
                logger.EventsDropped(dropped);
        });
    }

    private async Task<Duty.Done> EraseAsync(NpgsqlConnection connection, TimeSpan keep, CancellationToken cancellationToken)
    {
        var erased = await Store.Retention.RunOnceAsync(connection, keep, now: null, instance.Name, cancellationToken);
        return new(erased == Store.Retention.BatchSize, () => Tell("erased", erased, () => logger.Erased(erased)));
    }

    private async Task PrepareAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!_prepared)
            await Store.Retention.PrepareAsync(connection, cancellationToken);
        _prepared = true;
    }

    private static void Tell(string action, int count, Action log)
    {
        _swept.Add(count, new KeyValuePair<string, object?>("action", action));
        if (count > 0)
            log();
    }
}

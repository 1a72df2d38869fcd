using System.Diagnostics.Metrics;
using Mail.Store;
using Npgsql;
using PostgresScheduler;

namespace Mail.SchedulerService;

/// <summary>Shows the backlog as gauges, as the last look saw it: the same from every instance.</summary>
internal sealed class BacklogMetrics : BackgroundService
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(5);
    private static readonly string[] _states = [SenderState.Ready, SenderState.Blocked, SenderState.Unconfigured];

    private readonly NpgsqlDataSource _dataSource;
    private readonly TimeProvider _time;
    private readonly ILogger<BacklogMetrics> _logger;
    private Backlog? _seen;
    private IReadOnlyList<DutyState> _duties = [];
    private TimeSpan? _eventLag;

    public BacklogMetrics(NpgsqlDataSource dataSource, TimeProvider time, IMeterFactory meters, ILogger<BacklogMetrics> logger)
    {
        (_dataSource, _time, _logger) = (dataSource, time, logger);
        var meter = meters.Create("Mail");
        meter.CreateObservableGauge(
            "mail.emails.pending", () => Of(seen => seen.Pending), "{email}",
            "E-mails that wait, as PostgreSQL's statistics estimate them");
        meter.CreateObservableGauge("mail.emails.sending", () => Of(seen => seen.Sending), "{email}", "E-mails that are with a sender");
        meter.CreateObservableGauge(
            "mail.emails.unknown",
            () => Of(seen => seen.Undecided),
            "{email}",
            "E-mails that the server may or may not have, and nobody has decided on; 10,000 at the most");
        meter.CreateObservableGauge(
            "mail.emails.oldest_overdue.age",
            () => Of(seen => seen.OldestOverdue.TotalSeconds),
            "s",
            "For how long the oldest e-mail has been due that is pending and not held back");
        meter.CreateObservableGauge(
            "mail.sweep.duty.age",
            () => _duties.Select(
                duty => new Measurement<double>(duty.Age.TotalSeconds, new KeyValuePair<string, object?>("duty", duty.Duty))),
            "s",
            "How long ago each duty of the sweep last succeeded, on whichever instance");
        meter.CreateObservableGauge(
            "mail.events.lag",
            () => _eventLag is { } lag ? [new Measurement<double>(lag.TotalSeconds)] : Array.Empty<Measurement<double>>(),
            "s",
            "For how long the oldest event that is committed has waited for a transaction from before it, which keeps readers from it");
        meter.CreateObservableGauge(
            "mail.senders",
            () => _states.SelectMany(
                state => Of(seen => seen.Senders.GetValueOrDefault(state), new KeyValuePair<string, object?>("state", state))),
            "{sender}", "Senders heard from in the last 15 s, by what they can do");
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Stopping.RunAsync(LoopAsync, stoppingToken);

    private async Task LoopAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await _dataSource.OpenConnectionAsync(stoppingToken);
                _seen = await Backlog.ReadAsync(connection, stoppingToken);
                _eventLag = await EventRetention.LagAsync(connection, stoppingToken);
                _duties = await SweepDuties.ReadAsync(connection, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Nothing is shown that was not seen.
                (_seen, _duties, _eventLag) = (null, [], null);
                _logger.BacklogNotSeen(exception);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(_pause, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private IEnumerable<Measurement<T>> Of<T>(Func<Backlog, T> value, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
        where T : struct => _seen is { } seen ? [new(value(seen), tags)] : [];
}

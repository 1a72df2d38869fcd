using System.Diagnostics.Metrics;

namespace PostgresScheduler;

/// <summary>
/// What the scheduler tells of itself, as OpenTelemetry metrics of the meter <see cref="MeterName"/>. Gauges show the
/// table as the last look saw it, the same from every instance.
/// </summary>
public sealed class SchedulerMetrics : IDisposable
{
    /// <summary>The name to give to <c>AddMeter</c>.</summary>
    public const string MeterName = "PostgresScheduler";

    private readonly Meter _meter = new(MeterName);
    private readonly Histogram<double> _lateness;
    private readonly Histogram<int> _batchSize;
    private readonly Counter<int> _published;

    private TimerCounts _counts = new(0, 0, 0, TimeSpan.Zero);

    /// <summary>Creates the instruments.</summary>
    public SchedulerMetrics()
    {
        _lateness = _meter.CreateHistogram<double>(
            "scheduler.lateness", "s", "From the due time to the broker's confirm, by the database's clock",
            advice: new()
            {
                HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600],
            });
        _batchSize = _meter.CreateHistogram<int>(
            "scheduler.batch.size", "{timer}", "Timers that one transaction claimed",
            advice: new() { HistogramBucketBoundaries = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000] });
        _published = _meter.CreateCounter<int>("scheduler.publications", "{timer}", "Attempts to publish, by outcome");
        _meter.CreateObservableGauge(
            "scheduler.timers.pending", () => _counts.Pending, "{timer}", "Rows of the table, as PostgreSQL's statistics estimate them");
        _meter.CreateObservableGauge(
            "scheduler.timers.due", () => _counts.Due, "{timer}", "Timers that are due and not published; 1,000,000 at the most");
        _meter.CreateObservableGauge(
            "scheduler.timers.set_aside", () => _counts.SetAside, "{timer}", "Timers that were refused too often and wait for a person");
        _meter.CreateObservableGauge(
            "scheduler.timers.oldest_due.age", () => _counts.OldestDueAge.TotalSeconds, "s", "How long the oldest due timer has been due");
    }

    public void Dispose() => _meter.Dispose();

    internal void Show(TimerCounts counts) => _counts = counts;

    internal void Published(int claimed, IReadOnlyList<PublishedTimer> publications)
    {
        _batchSize.Record(claimed);
        foreach (var fate in publications.GroupBy(publication => publication.Result))
            _published.Add(fate.Count(), new KeyValuePair<string, object?>("outcome", Name(fate.Key)));
        foreach (var publication in publications.Where(publication => publication.Result == PublishResult.Confirmed))
            _lateness.Record(publication.Lateness.TotalSeconds);
    }

    private static string Name(PublishResult fate) => fate switch
    {
        PublishResult.Confirmed => "confirmed",
        PublishResult.Unconfirmed => "unconfirmed",
        PublishResult.Missed => "missed",
        _ => "refused",
    };
}

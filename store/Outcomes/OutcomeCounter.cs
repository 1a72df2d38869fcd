using System.Diagnostics.Metrics;
using Npgsql;
using NpgsqlTypes;

namespace Mail.Store;

/// <summary>Counts the outcomes that this process sees, and writes them as rows of its own, so that no process waits for another.</summary>
public sealed class OutcomeCounter
{
    /// <summary>How long a row's stretch of time is.</summary>
    public static readonly TimeSpan Slice = TimeSpan.FromMinutes(5);

    // A database that is away for longer costs the oldest.
    private const int MaxUnwritten = 300;

    private const string Write = $"""
        insert into {OutcomeCounts.Table} (since, source, sent, failed, unknown, expired, lateness) values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (since, source) do update set
            sent = excluded.sent, failed = excluded.failed, unknown = excluded.unknown, expired = excluded.expired,
                lateness = excluded.lateness
        """;

    private readonly NpgsqlDataSource _dataSource;
    private readonly Counter<long> _outcomes;
    private readonly Histogram<double> _lateness;
    private readonly Guid _source = Guid.CreateVersion7();
    private readonly Lock _gate = new();
    private readonly Queue<OutcomeCounts> _complete = new();
    private OutcomeCounts _current = new() { Since = DateTimeOffset.MinValue };
    private OutcomeCounts? _written;

    /// <summary>Creates the counter, and the instruments that show the same as metrics.</summary>
    public OutcomeCounter(NpgsqlDataSource dataSource, IMeterFactory meters)
    {
        _dataSource = dataSource;
        var meter = meters.Create("Mail");
        _outcomes = meter.CreateCounter<long>(
            "mail.emails.outcomes", "{email}", "E-mails by what an attempt or the sweep made of them; pending is one that is tried again");
        _lateness = meter.CreateHistogram<double>(
            "mail.email.lateness", "s", "From the due time to the server's reply, by the database's clock",
            advice: new() { HistogramBucketBoundaries = [.. OutcomeCounts.Bounds.Select(milliseconds => milliseconds / 1000.0)] });
    }

    /// <summary>Whether anything was counted yet.</summary>
    public bool Any
    {
        get
        {
            lock (_gate)
                return _complete.Count > 0 || _current.Any;
        }
    }

    /// <summary>Counts.</summary>
    /// <param name="status">What became of them, one of <see cref="EmailStatus"/>.</param>
    /// <param name="at">When.</param>
    /// <param name="lateness">How long after they were due, where they were sent.</param>
    /// <param name="count">How many.</param>
    public void Count(string status, DateTimeOffset at, TimeSpan lateness = default, int count = 1)
    {
        _outcomes.Add(count, new KeyValuePair<string, object?>("outcome", status));
        if (status == EmailStatus.Sent)
            _lateness.Record(lateness.TotalSeconds);
        var since = new DateTimeOffset(at.UtcTicks - (at.UtcTicks % Slice.Ticks), TimeSpan.Zero);
        lock (_gate)
        {
            if (since > _current.Since)
            {
                _complete.Enqueue(_current);
                _current = new() { Since = since };
            }

            // What comes just after the end of its slice counts in the next.
            _current = _current.With(status, lateness, count);
            if (_complete.Count > MaxUnwritten)
                _complete.Dequeue();
        }
    }

    /// <summary>Writes what has changed since it was last called; what fails is written the next time.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        while (Next() is { } counts)
        {
            if (counts != _written && counts.Any)
                await WriteAsync(counts, cancellationToken);
            _written = counts;
            lock (_gate)
            {
                if (!_complete.TryPeek(out var complete) || complete != counts)
                    return;
                _complete.Dequeue();
            }
        }
    }

    private OutcomeCounts Next()
    {
        lock (_gate)
            return _complete.TryPeek(out var complete) ? complete : _current;
    }

    private async Task WriteAsync(OutcomeCounts counts, CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand(Write);
        command.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = counts.Since.UtcDateTime });
        command.Parameters.Add(new() { Value = _source });
        command.Parameters.Add(new() { Value = counts.Sent });
        command.Parameters.Add(new() { Value = counts.Failed });
        command.Parameters.Add(new() { Value = counts.Unknown });
        command.Parameters.Add(new() { Value = counts.Expired });
        command.Parameters.Add(new() { Value = counts.Lateness.ToArray() });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

using System.Diagnostics;
using Npgsql;

namespace Mail.SenderService.Claiming;

/// <summary>
/// The database's clock, as this process knows it without asking. What it reads is never before the database's own time, so that no
/// e-mail is said to be sent before the server had it; it is ahead by less than the quickest round trip of the last seconds.
/// </summary>
/// <remarks>
/// The database read its clock after it was asked, so the time that it told, put at the moment of the question, is ahead of the truth and
/// never behind it. The quicker the answer, the less: of several questions the one that says the earliest time is the best. Old ones are
/// forgotten, since no two clocks run alike, and the database's may be set.
/// </remarks>
public sealed class DatabaseClock
{
    private const string Ask = "select clock_timestamp()";

    private static readonly TimeSpan _period = TimeSpan.FromSeconds(6);

    private readonly Lock _gate = new();
    private long _began = long.MinValue;
    private Answer? _current;
    private Answer? _previous;

    /// <summary>What the database answered, and a <see cref="Stopwatch"/> timestamp of before it was asked.</summary>
    private sealed record Answer(long Asked, DateTimeOffset Told)
    {
        public DateTimeOffset At(long timestamp) => Told + Stopwatch.GetElapsedTime(Asked, timestamp);
    }

    /// <summary>Learns from an answer.</summary>
    /// <param name="asked">A <see cref="Stopwatch"/> timestamp of before the question was sent.</param>
    /// <param name="told">The database's <c>clock_timestamp()</c>.</param>
    public void Learn(long asked, DateTimeOffset told)
    {
        var answer = new Answer(asked, told);
        lock (_gate)
        {
            if (_current is null || Stopwatch.GetElapsedTime(_began, asked) >= _period)
                (_began, _previous, _current) = (asked, _current, answer);
            else if (answer.At(asked) < _current.At(asked))
                _current = answer;
        }
    }

    /// <summary>The time at a <see cref="Stopwatch"/> timestamp.</summary>
    /// <exception cref="InvalidOperationException">The database has not been asked yet.</exception>
    public DateTimeOffset At(long timestamp)
    {
        lock (_gate)
        {
            var current = (_current ?? throw new InvalidOperationException("The database has not told its time yet.")).At(timestamp);
            return _previous?.At(timestamp) is { } previous && previous < current ? previous : current;
        }
    }

    /// <summary>Asks the database, on a connection that is open already.</summary>
    public async Task AskAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(Ask, connection);
        var asked = Stopwatch.GetTimestamp();
        Learn(asked, new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancellationToken))!, TimeSpan.Zero));
    }
}

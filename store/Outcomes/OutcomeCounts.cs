using Npgsql;
using NpgsqlTypes;

namespace Mail.Store;

/// <summary>
/// How many e-mails came to which end within a stretch of time, and how late: what charts are drawn from. Not the truth, which is
/// the e-mails: a process that is killed takes its last few seconds of this along.
/// </summary>
public sealed record OutcomeCounts
{
    /// <summary>
    /// Upper bounds of the lateness classes, in milliseconds from the due time to the server's reply; one class more has the rest.
    /// </summary>
    public static readonly IReadOnlyList<int> Bounds =
        [5, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000];

    internal const string Table = $"{MailRegistry.Schema}.outcome_count";

    /// <summary>Part of the sweep.</summary>
    internal const string Forget = $"delete from {Table} where since < statement_timestamp() - interval '31 days';";

    /// <summary>When it begins.</summary>
    public required DateTimeOffset Since { get; init; }

    public long Sent { get; init; }
    public long Failed { get; init; }
    public long Unknown { get; init; }
    public long Expired { get; init; }

    /// <summary>How many of those sent are in each class of <see cref="Bounds"/>.</summary>
    public IReadOnlyList<long> Lateness { get; init; } = new long[Bounds.Count + 1];

    /// <summary>
    /// The lateness that so many of those sent did not exceed: the bound of its class, in milliseconds. Null where none was sent,
    /// or where the class has no bound.
    /// </summary>
    /// <param name="quantile">From 0 to 1, for example 0.99.</param>
    public int? LatenessAt(double quantile)
    {
        var rank = (long)Math.Ceiling(Lateness.Sum() * quantile);
        if (rank == 0)
            return null;
        for (var index = 0; index < Bounds.Count; index++)
        {
            rank -= Lateness[index];
            if (rank <= 0)
                return Bounds[index];
        }

        return null;
    }

    /// <summary>Whether anything was counted.</summary>
    public bool Any => Sent + Failed + Unknown + Expired > 0;

    /// <summary>So many more that came to this end.</summary>
    /// <param name="status">One of <see cref="EmailStatus"/>; others than those above count nothing.</param>
    /// <param name="lateness">How late they were, where they were sent.</param>
    /// <param name="count">How many.</param>
    public OutcomeCounts With(string status, TimeSpan lateness, int count) => status switch
    {
        EmailStatus.Sent => this with
        {
            Sent = Sent + count,
            Lateness = [.. Lateness.Select((number, index) => index == ClassOf(lateness) ? number + count : number)],
        },
        EmailStatus.Failed => this with { Failed = Failed + count },
        EmailStatus.Unknown => this with { Unknown = Unknown + count },
        EmailStatus.Expired => this with { Expired = Expired + count },
        _ => this,
    };

    /// <summary>Both together.</summary>
    public OutcomeCounts With(OutcomeCounts other) => this with
    {
        Sent = Sent + other.Sent,
        Failed = Failed + other.Failed,
        Unknown = Unknown + other.Unknown,
        Expired = Expired + other.Expired,
        Lateness = [.. Lateness.Zip(other.Lateness, (mine, its) => mine + its)],
    };

    /// <summary>
    /// What all processes counted, in slices of a given length, the oldest first; a slice in which nothing happened is all zeros.
    /// </summary>
    /// <param name="connection">Any open connection.</param>
    /// <param name="from">Where the first slice begins.</param>
    /// <param name="slice">How long each is; a multiple of <see cref="OutcomeCounter.Slice"/>.</param>
    /// <param name="count">How many.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    public static async Task<OutcomeCounts[]> ReadAsync(
        NpgsqlConnection connection, DateTimeOffset from, TimeSpan slice, int count, CancellationToken cancellationToken)
    {
        var slices = Enumerable.Range(0, count).Select(index => new OutcomeCounts { Since = from + (index * slice) }).ToArray();
        await using var command = new NpgsqlCommand(
            $"select since, sent, failed, unknown, expired, lateness from {Table} where since >= $1 and since < $2", connection);
        command.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = from.UtcDateTime });
        command.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = (from + (count * slice)).UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var since = reader.GetFieldValue<DateTimeOffset>(0);
            ref var all = ref slices[(int)((since - from) / slice)];
            all = all.With(new OutcomeCounts
            {
                Since = since,
                Sent = reader.GetInt64(1),
                Failed = reader.GetInt64(2),
                Unknown = reader.GetInt64(3),
                Expired = reader.GetInt64(4),
                Lateness = reader.GetFieldValue<long[]>(5),
            });
        }

        return slices;
    }

    private static int ClassOf(TimeSpan lateness)
    {
        var index = 0;
        while (index < Bounds.Count && lateness.TotalMilliseconds > Bounds[index])
            index++;
        return index;
    }
}

using Npgsql;

namespace PostgresScheduler;

/// <summary>
/// The messages that were refused too often: to look at, and to try again once their reason is gone. To drop one, cancel
/// its token.
/// </summary>
public sealed class DeadLetters(TimerTable timers, NpgsqlDataSource dataSource)
{
    /// <summary>Lists them, at most <paramref name="limit"/>.</summary>
    public async Task<IReadOnlyList<DeadLetter>> ListAsync(int limit = 100, CancellationToken cancellationToken = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await timers.DeadLettersAsync(connection, limit, cancellationToken);
    }

    /// <summary>Makes those of the tokens due now, with all their attempts before them. Returns how many there were.</summary>
    public async Task<int> TryAgainAsync(IReadOnlyCollection<Guid> tokenIds, CancellationToken cancellationToken = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await timers.TryAgainAsync(connection, tokenIds, cancellationToken);
    }
}

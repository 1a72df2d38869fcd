using Npgsql;

namespace PostgresScheduler;

/// <summary>
/// The messages that were refused too often: to look at, and to try again once their reason is gone. To drop one, cancel
/// its token.
/// </summary>
public sealed class DeadLetters(TimerTable timers, NpgsqlDataSource dataSource)
{
    private readonly string _setAside = $"""
        select token_id, destination, attempts, error from {timers.Options.Schema}.timers where due = 'infinity' order by token_id
            limit @limit
        """;

    private readonly string _tryAgain = $"""
        with again as (
            update {timers.Options.Schema}.timers set due = statement_timestamp(), attempts = 0
            where due = 'infinity' and token_id = any(@tokens)
            returning token_id)
        select count(*), pg_notify('{timers.Options.Channel}', '') from again
        """;

    /// <summary>Lists them, at most <paramref name="limit"/>.</summary>
    public async Task<IReadOnlyList<DeadLetter>> ListAsync(int limit = 100, CancellationToken cancellationToken = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(_setAside, connection);
        command.Parameters.AddWithValue("limit", limit);
        var messages = new List<DeadLetter>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            messages.Add(new(reader.GetGuid(0), reader.GetString(1), reader.GetInt32(2), reader.GetString(3)));
        return messages;
    }

    /// <summary>Makes those of the tokens due now, with all their attempts before them. Returns how many there were.</summary>
    public async Task<int> TryAgainAsync(IReadOnlyCollection<Guid> tokenIds, CancellationToken cancellationToken = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(_tryAgain, connection);
        command.Parameters.AddWithValue("tokens", tokenIds.ToArray());
        return (int)(long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}

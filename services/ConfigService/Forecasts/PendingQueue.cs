using Mail.Store;
using Npgsql;
using static Mail.Store.Sql;

namespace Mail.ConfigService.Forecasts;

/// <summary>
/// The pending e-mails that are due before some time, in the order in which they are sent. A long queue is read as blocks of equal size,
/// and the first e-mail of a block stands for all of it.
/// </summary>
/// <param name="Blocks">The blocks, the first to be sent first; without what is held.</param>
/// <param name="Held">What is held back, in blocks as well.</param>
internal sealed record PendingQueue(IReadOnlyList<PendingQueue.Block> Blocks, IReadOnlyList<PendingQueue.Block> Held)
{
    /// <summary>How many blocks a queue is read as at the most. One block more or less is then a thousandth of it.</summary>
    public const int MaxBlocks = 2_000;

    private const string MessageBytes = "(data->>'message_bytes')::bigint";

    // As the index has it.
    private const string IsLarge = $"{MessageBytes} > 65536";

    /// <summary>Those of the queue that are larger than the server takes, in blocks as well.</summary>
    public IReadOnlyList<Block> TooLarge { get; init; } = [];

    /// <summary>E-mails that follow each other in the queue.</summary>
    /// <param name="DueAt">When the first of them is due.</param>
    /// <param name="Id">The first of them.</param>
    /// <param name="SendBefore">When the first of them expires.</param>
    /// <param name="Count">How many there are.</param>
    /// <param name="LastDueAt">When the last of them is due.</param>
    public sealed record Block(DateTimeOffset DueAt, Guid Id, DateTimeOffset SendBefore, int Count, DateTimeOffset LastDueAt);

    /// <summary>Reads the queue of all clients, or of one.</summary>
    /// <param name="connection">Any open connection.</param>
    /// <param name="clientId">The client; null for all.</param>
    /// <param name="until">E-mails due from this time on are left out. What is overdue is in the queue.</param>
    /// <param name="holds">What is held back.</param>
    /// <param name="largestTaken">Bytes of the largest message that a server takes; null where that is not known.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    public static async Task<PendingQueue> ReadAsync(
        NpgsqlConnection connection, string? clientId, DateTimeOffset until, IReadOnlyCollection<Hold> holds, long? largestTaken,
        CancellationToken cancellationToken)
    {
        string[] held = [.. holds.Select(hold => hold.Id)];
        if (held.Contains(Hold.Everything))
            return new([], await ReadAsync(""));
        var others = held.Length == 0 ? "" : " and client_id <> all(@held)";
        return new(await ReadAsync(others), held.Length == 0 ? [] : await ReadAsync(" and client_id = any(@held)"))
        {
            TooLarge = largestTaken is null ? [] : await ReadAsync($"{others} and {IsLarge} and {MessageBytes} > @largest"),
        };

        Task<List<Block>> ReadAsync(string condition) =>
            new Queue(connection, clientId, until, condition, held, largestTaken).ReadAsync(cancellationToken);
    }

    // Conditions that nothing depends on are left out, so that an index answers alone wherever it can.
    private sealed class Queue(
        NpgsqlConnection connection, string? clientId, DateTimeOffset until, string condition, string[] held, long? largestTaken)
    {
        private string Due =>
            $"from {Sql.Emails} where status = 'pending' and due_at < @until{(clientId is null ? "" : " and client_id = @client")}"
            + condition;

        internal async Task<List<Block>> ReadAsync(CancellationToken cancellationToken)
        {
            await using var counting = Command($"select count(*) {Due}");
            var count = (long)(await counting.ExecuteScalarAsync(cancellationToken))!;
            return count == 0 ? [] : await BlocksAsync(count, cancellationToken);
        }

        // The places are counted in an index, and the e-mails that begin or end a block are looked up.
        private async Task<List<Block>> BlocksAsync(long count, CancellationToken cancellationToken)
        {
            var size = (count + MaxBlocks - 1) / MaxBlocks;
            await using var command = Command($"""
                select queue.due_at, queue.id, e.send_before, queue.n
                from (select due_at, id, row_number() over (order by due_at, id) as n {Due}) as queue join {Sql.Emails} e on e.id = queue.id
                where (queue.n - 1) % @size = 0 or queue.n % @size = 0 or queue.n = @count order by queue.n
                """);
            command.Parameters.Add(Value("size", size));
            command.Parameters.Add(Value("count", count));
            var blocks = new List<Block>();
            var first = 0L;
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var (due, place) = (reader.GetFieldValue<DateTimeOffset>(0), reader.GetInt64(3));
                if ((place - 1) % size == 0)
                {
                    first = place;
                    blocks.Add(new(due, reader.GetGuid(1), reader.GetFieldValue<DateTimeOffset>(2), 1, due));
                }
                else
                {
                    blocks[^1] = blocks[^1] with { Count = (int)(place - first + 1), LastDueAt = due };
                }
            }

            return blocks;
        }

        private NpgsqlCommand Command(string sql) => new(sql, connection)
        {
            Parameters =
            {
                Value("until", until.UtcDateTime), Value("client", clientId ?? ""), Value("held", held),
                Value("largest", largestTaken ?? 0),
            },
        };
    }
}

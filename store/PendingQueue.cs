using Npgsql;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>
/// The pending e-mails that are due until some time, in the order in which they are sent. A long queue is read as blocks of equal size, of
/// which the first e-mail stands for all: what is asked of it is when e-mails go out, and not which.
/// </summary>
/// <param name="Blocks">The blocks, the first to be sent first; without what is held.</param>
/// <param name="Held">How many e-mails are held back.</param>
public sealed record PendingQueue(IReadOnlyList<PendingQueue.Block> Blocks, long Held)
{
    /// <summary>How many blocks a queue is read as at the most. One block more or less is then a thousandth of it.</summary>
    internal const int MaxBlocks = 2_000;

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
    /// <param name="cancellationToken">Abandons the call.</param>
    public static async Task<PendingQueue> ReadAsync(
        NpgsqlConnection connection, string? clientId, DateTimeOffset until, IReadOnlyCollection<Hold> holds, CancellationToken cancellationToken)
    {
        var queue = new Queue(connection, clientId, until, [.. holds.Select(hold => hold.Id)]);
        var all = await queue.CountAsync(free: false, cancellationToken);
        if (holds.Any(hold => hold.Id == Hold.Everything))
            return new([], all);
        var free = holds.Count == 0 ? all : await queue.CountAsync(free: true, cancellationToken);
        return new(free == 0 ? [] : await queue.BlocksAsync(free, cancellationToken), all - free);
    }

    // Conditions that nothing depends on are left out, so that an index answers alone wherever it can.
    private sealed class Queue(NpgsqlConnection connection, string? clientId, DateTimeOffset until, string[] held)
    {
        internal async Task<long> CountAsync(bool free, CancellationToken cancellationToken)
        {
            await using var command = Command($"select count(*) {From(free)}");
            return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        }

        internal async Task<List<Block>> BlocksAsync(long count, CancellationToken cancellationToken)
        {
            var size = (count + MaxBlocks - 1) / MaxBlocks;
            // The first e-mail of each block and the last.
            await using var command = Command($"""
                select due_at, id, send_before, n from (select due_at, id, send_before, row_number() over (order by due_at, id) as n {From(free: true)}) as queue
                where (n - 1) % @size = 0 or n % @size = 0 or n = @count order by n
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

        private string From(bool free) =>
            $"from {Emails} where status = 'pending' and due_at < @until{(clientId is null ? "" : " and client_id = @client")}{(free && held.Length > 0 ? " and client_id <> all(@held)" : "")}";

        private NpgsqlCommand Command(string sql) => new(sql, connection) { Parameters = { Value("until", until.UtcDateTime), Value("client", clientId ?? ""), Value("held", held) } };
    }
}

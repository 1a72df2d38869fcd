using Mail.Store;
using Npgsql;

namespace Mail.ConfigService.Forecasts;

/// <summary>The senders heard from in the last 15 seconds, by the database's clock.</summary>
internal static class LiveSenders
{
    internal const string Load = $"""
        select data, mt_last_modified from {MailRegistry.Schema}.mt_doc_sender
        where mt_last_modified > statement_timestamp() - interval '15 seconds' order by data->>'instance', id
        """;

    /// <summary>A sender, and when it was last heard from.</summary>
    internal sealed record Live(Sender Sender, DateTimeOffset LastSeen);

    internal static async Task<IReadOnlyList<Live>> LoadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Load, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await ReadAsync(reader, cancellationToken);
    }

    /// <summary>The sender last heard from, however long ago; null where there never was one.</summary>
    internal static async Task<Live?> LastSeenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"select data, mt_last_modified from {MailRegistry.Schema}.mt_doc_sender order by mt_last_modified desc limit 1", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return (await ReadAsync(reader, cancellationToken)).SingleOrDefault();
    }

    /// <summary>The rows of a result of <see cref="Load"/>.</summary>
    internal static async Task<IReadOnlyList<Live>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var live = new List<Live>();
        while (await reader.ReadAsync(cancellationToken))
            live.Add(new(StoreJson.Read<Sender>(reader, 0), reader.GetFieldValue<DateTimeOffset>(1)));
        return live;
    }
}

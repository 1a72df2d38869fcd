using System.Text.Json.Nodes;
using Npgsql;

namespace Mail.Store;

/// <summary>How a row of events is read.</summary>
internal static class EventRow
{
    /// <summary>The columns, in the order of <see cref="Read"/>, of the table <c>e</c>.</summary>
    internal const string Columns = "e.xid, e.id, e.at, e.type, e.client_id, e.email_id, e.key, e.reason, e.data";

    internal static FeedEvent Read(NpgsqlDataReader reader, int first) => new(
        new(reader.GetFieldValue<ulong>(first), reader.GetInt64(first + 1), reader.GetFieldValue<DateTimeOffset>(first + 2)),
        EventType.Name(reader.GetInt16(first + 3)),
        Text(reader, first + 4),
        reader.IsDBNull(first + 5) ? null : reader.GetGuid(first + 5),
        Text(reader, first + 6),
        Text(reader, first + 7),
        reader.IsDBNull(first + 8) ? null : JsonNode.Parse(reader.GetString(first + 8))!.AsObject());

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}

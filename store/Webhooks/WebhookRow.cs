using Npgsql;

namespace Mail.Store;

/// <summary>How a row of webhooks is read.</summary>
internal static class WebhookRow
{
    internal const string Table = $"{MailRegistry.Schema}.webhook";
    internal const string Secrets = $"{MailRegistry.Schema}.webhook_secret";
    internal const string Deliveries = $"{MailRegistry.Schema}.webhook_delivery";

    /// <summary>The columns, in the order of <see cref="Read"/>, of the table <c>w</c>.</summary>
    internal const string Columns = """
        w.id, w.client_id, w.url, w.types, w.description, w.created_at, w.disabled_at, w.disabled_reason, w.epoch, w.xid, w.event_id, w.at,
            w.succeeded_at, w.failing_since, w.failures, w.rest_until, w.last_at, w.last_status, w.last_error, w.last_answer,
            w.told_xid, w.told_id, w.asked_until
        """;

    /// <summary>How many those are.</summary>
    internal const int Count = 23;

    internal static Webhook Read(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetString(1), reader.GetString(2), [.. reader.GetFieldValue<short[]>(3).Select(EventType.Name)],
        Text(reader, 4), reader.GetFieldValue<DateTimeOffset>(5))
    {
        DisabledAt = Time(reader, 6),
        DisabledReason = Text(reader, 7),
        Cursor = new(
            reader.GetInt64(8),
            new(reader.GetFieldValue<ulong>(9), reader.GetInt64(10), reader.GetFieldValue<DateTimeOffset>(11))),
        SucceededAt = Time(reader, 12),
        FailingSince = Time(reader, 13),
        Failures = reader.GetInt32(14),
        RestUntil = Time(reader, 15),
        Last = Time(reader, 16) is { } at ? new(at, Number(reader, 17), Text(reader, 18), Text(reader, 19)) : null,
        ToldSince = new(reader.GetFieldValue<ulong>(20), reader.GetInt64(21), DateTimeOffset.UnixEpoch),
        AskedUntil = Time(reader, 22),
    };

    internal static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    internal static int? Number(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt32(column);

    internal static DateTimeOffset? Time(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}

using System.Globalization;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Mail.Store;

/// <summary>What statements over documents share: the tables' names, and parameters.</summary>
internal static class Sql
{
    internal const string Emails = $"{MailRegistry.Schema}.mt_doc_scheduled_email";
    internal const string Bodies = $"{MailRegistry.Schema}.mt_doc_email_body";
    internal const string Holds = $"{MailRegistry.Schema}.mt_doc_hold";
    internal const string Senders = $"{MailRegistry.Schema}.mt_doc_sender";

    /// <summary>Of the e-mail <c>e</c>.</summary>
    internal const string IsNotHeld = $"not exists (select from {Holds} h where h.id in ('{Hold.Everything}', e.client_id))";

    /// <summary>
    /// The same, for statements that look at many e-mails to find few: where everything is held they look at none, and what is held
    /// is read once.
    /// </summary>
    internal const string IsNotHeldAmongMany = $"""
        not exists (select from {Holds} where id = '{Hold.Everything}') and e.client_id <> all (array(select id::text from {Holds}))
        """;

    /// <summary>
    /// The condition that a column has one of a set of statuses, in the words of the partial indexes: the planner uses one only where it
    /// can prove the index's condition from the statement's.
    /// </summary>
    internal static string IsAnyOf(string column, IReadOnlyList<string> statuses) =>
        $"{column} = any (array[{string.Join(", ", statuses.Select(status => $"'{status}'"))}])";

    /// <summary>Whether an e-mail asks for a decision, in the words of the index <c>scheduled_email_undecided</c>.</summary>
    /// <param name="alias">The table's alias with its dot; empty for none.</param>
    internal static string AsksForDecision(string alias = "") =>
        $"{IsAnyOf($"{alias}status", EmailStatus.Dismissable)} and {alias}data->>'resent_as' is null and {alias}data->>'dismissed' is null";

    /// <summary>From here to the end of the transaction no lock is waited for any longer.</summary>
    internal static NpgsqlBatchCommand Patience(TimeSpan time) =>
        new(string.Create(CultureInfo.InvariantCulture, $"select set_config('lock_timeout', '{(int)time.TotalMilliseconds}', true)"));

    internal static NpgsqlParameter<T> Value<T>(string name, T value) => new(name, value);

    internal static NpgsqlParameter Now(DateTimeOffset? now) =>
        new("now", NpgsqlDbType.TimestampTz) { Value = (object?)now?.UtcDateTime ?? DBNull.Value };

    internal static NpgsqlParameter ClientOrAll(string? clientId) =>
        new("client", NpgsqlDbType.Text) { Value = (object?)clientId ?? DBNull.Value };

    internal static NpgsqlParameter Json(string name, object value) =>
        new(name, NpgsqlDbType.Jsonb) { Value = JsonSerializer.Serialize(value, StoreJson.Options) };

    internal static NpgsqlParameter Json<T>(string name, IEnumerable<T> values) =>
        new(name, NpgsqlDbType.Jsonb | NpgsqlDbType.Array)
        {
            Value = values.Select(value => JsonSerializer.Serialize(value, StoreJson.Options)).ToArray(),
        };
}

using Npgsql;
using NpgsqlTypes;

namespace Mail.ConfigService.Emails;

/// <summary>A statement of a search, with what it asks for.</summary>
internal static class SearchCommand
{
    internal static NpgsqlCommand Create(
        NpgsqlConnection connection, string sql, EmailSearch.Wanted wanted, EmailSearch.Position? after)
    {
        var command = new NpgsqlCommand(sql, connection);
        Text("client", wanted.ClientId);
        Text("recipient", wanted.Recipient?.ToLowerInvariant());
        Text("key", wanted.Key);
        Text("subject", wanted.Subject);
        Text("verdict", wanted.Verdict);
        Text("domain", wanted.Domain?.ToLowerInvariant());
        Text("reason", wanted.Reason?.ToLowerInvariant());
        command.Parameters.AddWithValue("words", wanted.Words.Select(word => word.ToLowerInvariant()).ToArray());
        command.Parameters.AddWithValue("statuses", wanted.Statuses.ToArray());
        Time("due_from", wanted.DueFrom);
        Time("due_to", wanted.DueTo);
        command.Parameters.AddWithValue("newest", Guid.CreateVersion7(SearchWalk.NewestDueBefore(wanted.DueTo)));
        Time("at", after?.At);
        command.Parameters.AddWithValue("id", after?.Id ?? Guid.Empty);
        return command;

        void Text(string name, string? value) =>
            command.Parameters.Add(new(name, NpgsqlDbType.Text) { Value = (object?)value ?? DBNull.Value });
        void Time(string name, DateTimeOffset? value) =>
            command.Parameters.Add(new(name, NpgsqlDbType.TimestampTz) { Value = (object?)value?.UtcDateTime ?? DBNull.Value });
    }
}

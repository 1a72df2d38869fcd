using Npgsql;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>Reads an e-mail together with what it says.</summary>
public static class EmailLookup
{
    // One statement sees both as of one instant. Two could find an e-mail as it was before Retention erased it, and its body gone.
    private const string WithBody = $"""
        select e.data, b.data from {Emails} e left join {Bodies} b on b.id = e.data->>'body_id' where e.id = $1
        """;

    /// <summary>
    /// The e-mail with this id, and its body; null where there is no such e-mail. The body is null only where <see cref="Retention"/>
    /// erased it.
    /// </summary>
    public static async Task<(ScheduledEmail Email, EmailBody? Body)?> FindWithBodyAsync(
        NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(WithBody, connection) { Parameters = { new() { Value = id } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await ReadWithBodyAsync(reader, cancellationToken);
    }

    /// <summary>The next row of a statement that returns an e-mail and its body; null where there is none.</summary>
    internal static async Task<(ScheduledEmail Email, EmailBody? Body)?> ReadWithBodyAsync(
        NpgsqlDataReader reader, CancellationToken cancellationToken) => await reader.ReadAsync(cancellationToken)
        ? (StoreJson.Read<ScheduledEmail>(reader, 0), await reader.IsDBNullAsync(1, cancellationToken)
            ? null
            : StoreJson.Read<EmailBody>(reader, 1))
        : null;
}

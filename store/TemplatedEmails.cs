using Npgsql;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>E-mails that were rendered from a template and wait.</summary>
public static class TemplatedEmails
{
    // Neither what is sent again nor the rest of something: those are what was said before.
    private const string Older = $"""
        select e.data from {Emails} e
        where e.client_id = @client and e.status = 'pending' and e.data ? 'template' and e.data->'template'->>'name' = @name
            and (e.data->'template'->>'version')::int < @version
            and e.data->>'source' in ('{EmailSource.Config}', '{EmailSource.OneOff}') and e.data->>'resend_of' is null
        order by e.id
        """;

    /// <summary>
    /// The pending e-mails of older versions of a template. With <paramref name="lock"/> none of them moves until the transaction ends; one
    /// that a sender has just taken is none of them.
    /// </summary>
    public static async Task<List<ScheduledEmail>> OlderAsync(
        NpgsqlConnection connection, string clientId, TemplateRef template, bool @lock, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(@lock ? $"{Older} for update" : Older, connection);
        command.Parameters.Add(Value("client", clientId));
        command.Parameters.Add(Value("name", template.Name));
        command.Parameters.Add(Value("version", template.Version));
        return await StoreJson.ListAsync<ScheduledEmail>(command, cancellationToken);
    }
}

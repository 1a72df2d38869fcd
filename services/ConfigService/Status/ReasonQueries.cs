using Mail.ConfigService.Emails;
using Mail.Store;
using Npgsql;
using static Mail.Store.Sql;

namespace Mail.ConfigService.Status;

/// <summary>
/// What is late and what asks for a decision, in groups by reason. The conditions are those of the search, so that each group's search
/// finds exactly as many. Bounded: of more than <see cref="OverviewQueries.Many"/> the first are counted.
/// </summary>
public static class ReasonQueries
{
    /// <summary>The most groups.</summary>
    public const int MaxGroups = 12;

    private static readonly string _late = $"""
        with late as materialized (
            select e.data, e.client_id, e.due_at from {Sql.Emails} e
            where {SearchKinds.ConditionOf(SearchKinds.Late)} and e.due_at < statement_timestamp() + interval '3 hours'
                and (@client is null or e.client_id = @client)
            order by e.due_at limit @many),
        judged as materialized (select e.*, {SearchKinds.IsHeld} as held, {SearchKinds.WasTried} as tried from late e)
        select case when e.held then '{SearchKinds.Held}' when e.tried then '{SearchKinds.Retrying}' else '{SearchKinds.Waiting}' end,
            case when e.held then e.client_id end, case when e.tried and not e.held then {SearchKinds.Verdict} end,
            case when e.tried and not e.held then {SearchKinds.Domain} end, count(*), min(e.due_at),
            min(e.data->'last_error'->>'hint'), (sum(count(*)) over ())::bigint
        from judged e group by 1, 2, 3, 4 order by 5 desc, 1, 2, 3, 4 limit @groups
        """;

    private static readonly string _undecided = $"""
        with undecided as materialized (
            select e.data, e.status from {Sql.Emails} e
            where {AsksForDecision("e.")} and (@client is null or e.client_id = @client) order by e.id desc limit @many)
        select e.status, null::text, case when e.status = '{EmailStatus.Failed}' then {SearchKinds.Verdict} end, null::text, count(*),
            null::timestamptz, case when e.status = '{EmailStatus.Failed}' then min(e.data->'last_error'->>'hint') end,
            (sum(count(*)) over ())::bigint
        from undecided e group by 1, 2, 3, 4 order by 5 desc, 1, 3 limit @groups
        """;

    /// <summary>Groups, the largest first.</summary>
    /// <param name="Total">How many e-mails there are in all groups, those that are left out too.</param>
    /// <param name="All"><see cref="MaxGroups"/> at the most.</param>
    public sealed record Groups(long Total, IReadOnlyList<ReasonGroup> All);

    /// <summary>Why e-mails are late, of one client or of all.</summary>
    public static Task<Groups> LateAsync(NpgsqlConnection connection, string? clientId, CancellationToken cancellationToken) =>
        ReadAsync(connection, _late, clientId, cancellationToken);

    /// <summary>Why e-mails ask for a decision, of one client or of all.</summary>
    public static Task<Groups> UndecidedAsync(NpgsqlConnection connection, string? clientId, CancellationToken cancellationToken) =>
        ReadAsync(connection, _undecided, clientId, cancellationToken);

    private static async Task<Groups> ReadAsync(
        NpgsqlConnection connection, string sql, string? clientId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(ClientOrAll(clientId));
        command.Parameters.Add(Value("many", OverviewQueries.Many));
        command.Parameters.Add(Value("groups", MaxGroups));
        var (total, groups) = (0L, new List<ReasonGroup>());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            total = reader.GetInt64(7);
            groups.Add(new(
                reader.GetString(0), Text(1), Text(2), Text(3), reader.GetInt64(4),
                reader.IsDBNull(5) ? null : reader.GetFieldValue<DateTimeOffset>(5), Text(6)));
        }

        return new(total, groups);

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }
}

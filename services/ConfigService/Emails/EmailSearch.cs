using Mail.Store;
using Npgsql;
using NpgsqlTypes;
using static Mail.Store.Sql;

namespace Mail.ConfigService.Emails;

/// <summary>
/// Finds e-mails for a person who looks for one. A search walks one index from where the last page ended, over a bounded number
/// of e-mails, and says how far it came: no search takes long, however many e-mails there are, and none pretends to have seen them all.
/// </summary>
internal static class EmailSearch
{
    /// <summary>How many e-mails one search looks at.</summary>
    public const int Window = 50_000;

    // Kept by triggers of the e-mails' table.
    private const string Recipients = $"{MailRegistry.Schema}.email_recipient";

    // An e-mail can't be due more than an hour before it was created, and its id is as old as it is.
    private static readonly TimeSpan _maxOverdue = TimeSpan.FromHours(1);

    /// <summary>What is looked for; what is null is not asked about.</summary>
    public sealed record Wanted
    {
        public string? ClientId { get; init; }

        /// <summary>A whole address, or a part of one.</summary>
        public string? Recipient { get; init; }

        public string? Key { get; init; }

        /// <summary>A part of the subject, in capital or small letters.</summary>
        public string? Subject { get; init; }

        /// <summary>Any of <see cref="EmailStatus"/>; empty for all.</summary>
        public IReadOnlyList<string> Statuses { get; init; } = [];

        public DateTimeOffset? DueFrom { get; init; }

        /// <summary>Before this.</summary>
        public DateTimeOffset? DueTo { get; init; }
    }

    /// <summary>Where a search goes on.</summary>
    /// <param name="At">The due time, where the search goes by it; else no time at all.</param>
    /// <param name="Id">The e-mail last seen.</param>
    public sealed record Position(DateTimeOffset At, Guid Id);

    /// <summary>A page of what was found.</summary>
    /// <param name="Emails">In the order of the search.</param>
    /// <param name="Next">Where to go on; null at the end.</param>
    /// <param name="Full">
    /// Whether the page is full; otherwise the search gave up after <see cref="Window"/> e-mails, or came to the end.
    /// </param>
    public sealed record Found(IReadOnlyList<ScheduledEmail> Emails, Position? Next, bool Full);

    /// <summary>An index to walk along: where, from which position on, and in which order.</summary>
    private sealed record Walk(string From, string Where, string At, string After, string Order);

    /// <summary>Searches.</summary>
    /// <param name="connection">Any open connection.</param>
    /// <param name="wanted">What for.</param>
    /// <param name="after">From where on; null from the start.</param>
    /// <param name="limit">The most e-mails of a page.</param>
    /// <param name="cancellationToken">Abandons the search.</param>
    public static async Task<Found> RunAsync(
        NpgsqlConnection connection, Wanted wanted, Position? after, int limit, CancellationToken cancellationToken)
    {
        var walk = WalkFor(wanted);
        var candidates =
            $"select e.id, e.data, e.client_id, e.status, e.key, e.scheduled_datetime, {walk.At} as at from {walk.From} where "
            + $"{walk.Where}{(after is null ? "" : $" and {walk.After}")} order by {walk.Order}";
        var found = new List<(ScheduledEmail Email, Position Position)>();
        await using (var command = Command(
            connection, $"select data, at, id from ({candidates} limit {Window}) e{Filter(wanted)} limit {limit + 1}", wanted, after))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
                found.Add((StoreJson.Read<ScheduledEmail>(reader, 0), PositionOf(reader, 1)));
        }

        if (found.Count > limit)
            return new([.. found.Take(limit).Select(each => each.Email)], found[limit - 1].Position, Full: true);
        await using var rest = Command(connection, $"select at, id from ({candidates} offset {Window - 1} limit 1) e", wanted, after);
        await using var last = await rest.ExecuteReaderAsync(cancellationToken);
        return new(
            [.. found.Select(each => each.Email)], await last.ReadAsync(cancellationToken) ? PositionOf(last, 0) : null, Full: false);
    }

    private static Walk WalkFor(Wanted wanted)
    {
        const string NoTime = "'epoch'::timestamptz";
        var due = (wanted.DueFrom is null ? "" : " and e.scheduled_datetime >= @due_from")
            + (wanted.DueTo is null ? "" : " and e.scheduled_datetime < @due_to");
        // No e-mail can be due before the end of the range that was created an hour after it.
        var newest = wanted.DueTo is null ? "" : " and e.id < @newest";
        if (IsWhole(wanted.Recipient))
        {
            return new(
                $"{Recipients} r join {Sql.Emails} e on e.id = r.email_id", "r.address = @recipient", NoTime, "r.email_id < @id",
                "r.email_id desc");
        }

        if (wanted.Statuses is [EmailStatus.Pending])
        {
            return new(
                $"{Sql.Emails} e", $"e.status = 'pending'{(wanted.ClientId is null ? "" : " and e.client_id = @client")}", "e.due_at",
                "e.due_at >= @at and (e.due_at, e.id) > (@at, @id)", "e.due_at, e.id");
        }

        if (wanted.Statuses.Count > 0 && wanted.Statuses.All(status => EmailStatus.Undecided.Contains(status, StringComparer.Ordinal)))
            return new($"{Sql.Emails} e", IsAnyOf("e.status", EmailStatus.Undecided), NoTime, "e.id < @id", "e.id desc");
        return wanted.ClientId is null
            ? new($"{Sql.Emails} e", $"true{newest}", NoTime, "e.id < @id", "e.id desc")
            : new(
                $"{Sql.Emails} e", $"e.client_id = @client{due}", "e.scheduled_datetime", "(e.scheduled_datetime, e.id) < (@at, @id)",
                "e.scheduled_datetime desc, e.id desc");
    }

    private static string Filter(Wanted wanted)
    {
        var conditions = new List<string>();
        if (wanted.ClientId is not null)
            conditions.Add("e.client_id = @client");
        if (wanted.Recipient is not null && !IsWhole(wanted.Recipient))
            conditions.Add($"exists (select from {MailRegistry.Schema}.recipients(e.data) address where strpos(address, @recipient) > 0)");
        if (wanted.Key is not null)
            conditions.Add("e.key = @key");
        if (wanted.Subject is not null)
            conditions.Add("strpos(lower(e.data->>'subject'), lower(@subject)) > 0");
        if (wanted.Statuses.Count > 0)
            conditions.Add("e.status = any(@statuses)");
        if (wanted.DueFrom is not null)
            conditions.Add("e.scheduled_datetime >= @due_from");
        if (wanted.DueTo is not null)
            conditions.Add("e.scheduled_datetime < @due_to");
        return conditions.Count == 0 ? "" : $" where {string.Join(" and ", conditions)}";
    }

    private static bool IsWhole(string? recipient) =>
        recipient is not null && recipient.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && recipient.IndexOf('.', at) > at;

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, Wanted wanted, Position? after)
    {
        var command = new NpgsqlCommand(sql, connection);
        Text("client", wanted.ClientId);
        Text("recipient", wanted.Recipient?.ToLowerInvariant());
        Text("key", wanted.Key);
        Text("subject", wanted.Subject);
        command.Parameters.AddWithValue("statuses", wanted.Statuses.ToArray());
        Time("due_from", wanted.DueFrom);
        Time("due_to", wanted.DueTo);
        command.Parameters.AddWithValue("newest", Guid.CreateVersion7(NewestDueBefore(wanted.DueTo)));
        Time("at", after?.At);
        command.Parameters.AddWithValue("id", after?.Id ?? Guid.Empty);
        return command;

        void Text(string name, string? value) =>
            command.Parameters.Add(new(name, NpgsqlDbType.Text) { Value = (object?)value ?? DBNull.Value });
        void Time(string name, DateTimeOffset? value) =>
            command.Parameters.Add(new(name, NpgsqlDbType.TimestampTz) { Value = (object?)value?.UtcDateTime ?? DBNull.Value });
    }

    // No id is older than the Unix epoch, and none can be made for a time before it.
    private static DateTimeOffset NewestDueBefore(DateTimeOffset? dueTo) =>
        dueTo > DateTimeOffset.UnixEpoch ? dueTo.Value + _maxOverdue : DateTimeOffset.UnixEpoch;

    private static Position PositionOf(NpgsqlDataReader reader, int column) =>
        new(reader.GetFieldValue<DateTimeOffset>(column), reader.GetGuid(column + 1));
}

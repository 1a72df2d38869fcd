using Mail.Store;
using Npgsql;

namespace Mail.ConfigService.Emails;

/// <summary>
/// Finds e-mails for a person who looks for one. A search walks one index from where the last page ended, over a bounded number
/// of e-mails, and says how far it came: no search takes long, however many e-mails there are, and none pretends to have seen them all.
/// </summary>
internal static class EmailSearch
{
    /// <summary>How many e-mails one search looks at.</summary>
    public const int Window = 50_000;

    /// <summary>How many e-mails are looked at to say how many there are. Fewer, since a person waits for it with each page.</summary>
    public const int CountWindow = 10_000;

    /// <summary>The same where each e-mail has to be read to know whether it is wanted.</summary>
    public const int ReadCountWindow = 5_000;

    /// <summary>How many e-mails are looked at to find all of those that are wanted.</summary>
    public const int MaxCandidates = 1_000_000;

    // One by one and in order: joined otherwise, PostgreSQL may rather read and sort a client's e-mails than walk along its index.
    private const string EachEmail = $"cross join lateral (select * from {Sql.Emails} e where e.id = w.id limit 1) e";

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

        /// <summary>One of <see cref="SearchKinds"/>; null for any.</summary>
        public string? Kind { get; init; }

        /// <summary>The verdict of the last attempt, or <see cref="SearchKinds.NoVerdict"/>.</summary>
        public string? Verdict { get; init; }

        /// <summary>The domain of the first recipient.</summary>
        public string? Domain { get; init; }

        /// <summary>
        /// A part of what went wrong, in capital or small letters: the server's words, the hint, the verdict or why it was cancelled.
        /// </summary>
        public string? Reason { get; init; }

        /// <summary>Each is a part of the subject or of a recipient, in capital or small letters.</summary>
        public IReadOnlyList<string> Words { get; init; } = [];

        /// <summary>Whether it was dismissed.</summary>
        public bool? Dismissed { get; init; }
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

    /// <summary>All that is wanted, for who is to change it.</summary>
    /// <param name="Ids">The e-mails, one more than asked for at the most.</param>
    /// <param name="Count">How many there are.</param>
    /// <param name="IsAll">Whether all e-mails were looked at that may be wanted, so that the count is exact.</param>
    public sealed record Matched(IReadOnlyList<Guid> Ids, long Count, bool IsAll);

    /// <summary>Searches.</summary>
    /// <param name="connection">Any open connection.</param>
    /// <param name="wanted">What for.</param>
    /// <param name="after">From where on; null from the start.</param>
    /// <param name="limit">The most e-mails of a page.</param>
    /// <param name="cancellationToken">Abandons the search.</param>
    public static async Task<Found> RunAsync(
        NpgsqlConnection connection, Wanted wanted, Position? after, int limit, CancellationToken cancellationToken)
    {
        var walk = SearchWalk.For(wanted);
        var candidates = Candidates(walk, after);
        var found = new List<(ScheduledEmail Email, Position Position)>();
        await using (var command = SearchCommand.Create(
            connection,
            $"""
            select e.data, w.at, w.id from ({candidates} limit {Window}) w {EachEmail}{SearchFilter.Beside(walk, wanted)}
            order by {walk.OrderOfFound} limit {limit + 1}
            """,
            wanted,
            after))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
                found.Add((StoreJson.Read<ScheduledEmail>(reader, 0), PositionOf(reader, 1)));
        }

        if (found.Count > limit)
            return new([.. found.Take(limit).Select(each => each.Email)], found[limit - 1].Position, Full: true);
        await using var rest = SearchCommand.Create(
            connection, $"select at, id from ({candidates} offset {Window - 1} limit 1) w", wanted, after);
        await using var last = await rest.ExecuteReaderAsync(cancellationToken);
        return new(
            [.. found.Select(each => each.Email)], await last.ReadAsync(cancellationToken) ? PositionOf(last, 0) : null, Full: false);
    }

    /// <summary>
    /// Everything that is wanted, in the order of the search. Looks at <see cref="MaxCandidates"/> e-mails at the most, of which one index
    /// knows that they may be wanted.
    /// </summary>
    public static async Task<Matched> MatchAsync(
        NpgsqlConnection connection, Wanted wanted, int limit, CancellationToken cancellationToken)
    {
        var walk = SearchWalk.For(wanted);
        var filter = SearchFilter.Beside(walk, wanted);
        var (ids, count) = (Array.Empty<Guid>(), 0L);
        await using (var command = SearchCommand.Create(
            connection,
            $"""
            with wanted as materialized (
                select w.id, w.place from (
                    select {walk.Id} as id, row_number() over (order by {walk.Order}) as place from {walk.From}
                    where {walk.Where} order by {walk.Order} limit {MaxCandidates}) w
                    {(filter.Length == 0 ? "" : $"join {Sql.Emails} e on e.id = w.id{filter}")})
            select count(*), array(select id from wanted order by place limit {limit + 1}) from wanted
            """,
            wanted, after: null))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            await reader.ReadAsync(cancellationToken);
            (ids, count) = (reader.GetFieldValue<Guid[]>(1), reader.GetInt64(0));
        }

        await using var rest = SearchCommand.Create(
            connection, $"select exists (select from {walk.From} where {walk.Where} offset {MaxCandidates})", wanted, after: null);
        return new(ids, count, await rest.ExecuteScalarAsync(cancellationToken) is false);
    }

    /// <summary>
    /// How many there are among the first <see cref="CountWindow"/> or <see cref="ReadCountWindow"/> e-mails that a search looks at.
    /// </summary>
    public static async Task<EmailCount> CountAsync(NpgsqlConnection connection, Wanted wanted, CancellationToken cancellationToken)
    {
        var walk = SearchWalk.For(wanted);
        var filter = SearchFilter.Beside(walk, wanted);
        var window = filter.Length == 0 ? CountWindow : ReadCountWindow;
        var candidates = Candidates(walk, after: null);
        await using var command = SearchCommand.Create(
            connection,
            $"""
            select count(*), not exists (select from ({candidates} offset {window} limit 1) more)
            from ({candidates} limit {window}) w {(filter.Length == 0 ? "" : $"{EachEmail}{filter}")}
            """,
            wanted, after: null);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(reader.GetInt64(0), reader.GetBoolean(1));
    }

    private static string Candidates(SearchWalk walk, Position? after) =>
        $"select {walk.Id} as id, {walk.At} as at from {walk.From} "
        + $"where {walk.Where}{(after is null ? "" : $" and {walk.After}")} order by {walk.Order}";

    private static Position PositionOf(NpgsqlDataReader reader, int column) =>
        new(reader.GetFieldValue<DateTimeOffset>(column), reader.GetGuid(column + 1));
}

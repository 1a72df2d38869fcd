using Npgsql;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>
/// Every statement over the installation's document. Claims depend on it: nothing is claimed on a database that was restored, or
/// whose server was started, since the system last vouched for it, however a sender came to be connected to it.
/// </summary>
public static class Installations
{
    private const string Table = $"{MailRegistry.Schema}.mt_doc_installation";

    // A server whose data directory was replaced was started since then, and a dump that is restored beside the database makes
    // another one: these two need no look into the control file, and a claim asks for them each time. A dump that is restored
    // into the same database is told by the restore mark.
    private const string Fingerprint = $"{HereWithoutName} || '/' || @installation::text)";

    private const string HereWithoutName = """
        ((select d.oid || '@' || extract(epoch from pg_postmaster_start_time()) from pg_database d where d.datname = current_database())
        """;

    /// <summary>How long after its last count the system is taken to have stopped counting.</summary>
    public static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(8);

    /// <summary>A condition: whether e-mails may be claimed on this database by an installation named <c>@installation</c>.</summary>
    /// <remarks>A SchedulerService of an earlier version vouches without a mark.</remarks>
    internal const string Trusted = $"""
        exists (select from {Table} i where i.id = '{Installation.Only}' and i.data->>'vouched' = {Fingerprint}
            and (not i.data ? 'marked' or {RestoreMark.Genuine}))
        """;

    /// <summary>
    /// A condition: whether more wake-ups would find a sender. False while the senders' queue holds more than they take at
    /// once, and while nobody can tell, since then nothing would be published either.
    /// </summary>
    internal static readonly string NoBacklog =
        $"(select (i.data->>'waiting')::int < 100 and i.mt_last_modified > statement_timestamp() - interval '{SilentAfter.TotalSeconds} "
        + $"seconds' from {Table} i where i.id = '{Installation.Only}')";

    // The name of the segment that is being written: the control file shows a promotion only with the next checkpoint.
    private const string Find = $"""
        select s.system_identifier::text, d.oid::bigint, ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int,
            {Fingerprint}
        from pg_control_system() s, pg_database d where d.datname = current_database()
        """;

    private const string Upsert = $"""
        insert into {Table} as i (id, data) values ('{Installation.Only}', @patch || jsonb_build_object('id', '{Installation.Only}'))
        on conflict (id) do update set data = i.data || @patch, mt_last_modified = now()
        """;

    // Readers of the feed begin anew: what they have read is of another history. Where the fence held already, nobody was told of anything
    // since then.
    private static readonly string _insertHold = $"""
        with held as (
            insert into {Holds} as h (id, data)
            values ('{Hold.Everything}', jsonb_build_object('id', '{Hold.Everything}', 'since', statement_timestamp()) || @patch)
            on conflict (id) do update set data = h.data || @patch, mt_last_modified = now()
            returning xmax = 0 as is_new),
        begun as ({NewEpoch(
            $"exists (select from {Holds} h where h.id = '{Hold.Everything}' and h.data->>'by' = '{Hold.RestoreFence}')")})
        {EventSql.HeldByFence}
        """;

    // A row that a dump wrote says nothing of where this server was.
    private static string NewEpoch(string heldBefore) => $"""
        update {MailRegistry.Schema}.event_epoch e
        set epoch = gen_random_uuid(), began = pg_current_xact_id(), began_at = statement_timestamp(),
            held = case when {heldBefore} and e.xmin = e.began::xid then coalesce(e.held, e.began) end,
            held_at = case when {heldBefore} and e.xmin = e.began::xid then coalesce(e.held_at, e.began_at) end
        """;

    // Only where the count is still the one that was judged: a restore may have come in between.
    private const string Vouch = $"""
        with vouched as (
            update {Table} set data = data || @patch, mt_last_modified = now()
            where id = '{Installation.Only}' and (data->>'counter')::bigint = @counter returning id),
        marked as ({RestoreMark.WriteFirst})
        select exists (select from vouched)
        """;

    private const string AcceptedHere = $"{HereWithoutName} || '/' || (data->'found'->'place'->>'name'))";

    // The count never goes back: a SchedulerService may have counted on since it found something. And the person means the database
    // as it is now: the server may have been restarted since, and no SchedulerService has looked at it yet.
    private static readonly string _accept = $"""
        with accepted as (
            update {Table} set mt_last_modified = now(), data = data || (data->'found')
                || jsonb_build_object('place', (data->'found'->'place') || jsonb_build_object('here', {AcceptedHere}))
                || jsonb_build_object('vouched', {AcceptedHere}, 'found', null, 'marked', true,
                    'counter', greatest((data->>'counter')::bigint, (data->'found'->>'counter')::bigint))
            where id = '{Installation.Only}' and data->'found'->'place' is not null returning id),
        begun as ({NewEpoch("true")} where exists (select from accepted))
        {RestoreMark.WriteAnew}
        """;

    /// <summary>Where this connection leads. Fails on a standby.</summary>
    public static async Task<Place> FindAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Find, connection) { Parameters = { new("installation", name) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(name, reader.GetString(0), reader.GetInt64(1), reader.GetInt32(2), reader.GetString(3));
    }

    /// <summary>
    /// What the database knows of the installation; null on a database that is new. In a transaction nobody changes it meanwhile.
    /// </summary>
    public static async Task<KnownInstallation?> LoadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // Locked by a statement of its own: one that waits for a release would see the document as it is after it, and the mark as it
        // was before.
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new($"select from {Table} where id = '{Installation.Only}' for update"));
        batch.BatchCommands.Add(
            new($"select data, clock_timestamp() - mt_last_modified, {RestoreMark.Genuine} from {Table} where id = '{Installation.Only}'"));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(StoreJson.Read<Installation>(reader, 0), reader.GetTimeSpan(1), reader.IsDBNull(2) ? null : reader.GetBoolean(2))
            : null;
    }

    /// <summary>
    /// When a SchedulerService last looked at database and broker, by the database's clock, as an expression; null where it never did.
    /// </summary>
    public const string LastCount = $"(select mt_last_modified from {Table} where id = '{Installation.Only}')";

    /// <summary>Records where the system runs, how far it has counted, and how many wake-ups wait; nothing is claimed there yet.</summary>
    public static Task RecordAsync(
        NpgsqlConnection connection, Place place, long counter, long waiting, CancellationToken cancellationToken) =>
        ExecuteAsync(connection, Upsert, new { place, counter, waiting }, cancellationToken);

    /// <summary>Records that a SchedulerService has reached both servers, and how many wake-ups wait; counts nothing.</summary>
    public static Task LookAsync(NpgsqlConnection connection, long waiting, CancellationToken cancellationToken) =>
        ExecuteAsync(connection, Upsert, new { waiting }, cancellationToken);

    /// <summary>
    /// From now on e-mails are claimed there. Returns false, and does nothing, where the count is not the given one any more.
    /// </summary>
    public static async Task<bool> TrustAsync(NpgsqlConnection connection, Place place, long counter, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Vouch, connection)
        {
            Parameters =
            {
                Json("patch", new { vouched = place.Fingerprint, marked = true, found = (Finding?)null }),
                Value("counter", counter),
            },
        };
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>Holds everything back, whoever else held it before, until <see cref="AcceptAsync"/>.</summary>
    public static async Task HoldAsync(NpgsqlConnection connection, Finding found, string reason, CancellationToken cancellationToken)
    {
        await ExecuteAsync(connection, _insertHold, new { reason, by = Hold.RestoreFence }, cancellationToken);
        await ExecuteAsync(connection, Upsert, new { found, vouched = (string?)null }, cancellationToken);
    }

    /// <summary>A person says that what was found is meant; does nothing where nothing was.</summary>
    public static async Task AcceptAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(_accept, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, object patch, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(Json("patch", patch));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>
/// The statements over the restore mark: a row that names the transaction that wrote it, and the table of e-mails that it speaks
/// for. A restore from a dump writes the row in another transaction, or makes another table.
/// </summary>
internal static class RestoreMark
{
    private const string Table = $"{MailRegistry.Schema}.restore_mark";

    private const string Here = $"pg_current_xact_id(), '{Emails}'::regclass::oid";

    /// <summary>Whether the mark is as it was written, as an expression; null where there is none.</summary>
    internal const string Genuine = $"(select m.xmin = m.written::xid and m.emails = '{Emails}'::regclass::oid from {Table} m)";

    /// <summary>Writes the mark where there is none. A select of one row, named <c>vouched</c>, comes before it.</summary>
    /// <remarks>One that is there was found genuine, and the table that it names is the one that was looked at.</remarks>
    internal const string WriteFirst = $"insert into {Table} (written, emails) select {Here} from vouched on conflict (id) do nothing";

    /// <summary>Writes it anew. A select of one row, named <c>accepted</c>, comes before it.</summary>
    internal const string WriteAnew =
        $"insert into {Table} (written, emails) select {Here} from accepted on conflict (id) do update set written = excluded.written, "
        + "emails = excluded.emails";
}

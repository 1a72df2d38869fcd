using System.Globalization;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>
/// How events are written: by the statement that does what they tell of, so that the two can't disagree, and with no round trip of their
/// own.
/// </summary>
internal static class EventSql
{
    internal const string Table = $"{MailRegistry.Schema}.event";

    /// <summary>
    /// What event the move of an e-mail makes, given its document after the move as <c>data</c>: its number, or null for none. One that
    /// waits again makes one where an attempt failed, and none where it was given back untried.
    /// </summary>
    internal static string AfterMove(string data) => $"""
        case {data}->>'status'
            when 'sent' then {Number(EventType.EmailSent)} when 'failed' then {Number(EventType.EmailFailed)}
            when 'unknown' then {Number(EventType.EmailUnknown)} when 'cancelled' then {Number(EventType.EmailCancelled)}
            when 'expired' then {Number(EventType.EmailExpired)}
            when 'pending' then case {data}->'timeline'->-1->>'event' when 'attempt_failed' then {Number(EventType.EmailAttemptFailed)} end
        end
        """;

    /// <summary>The number of the event of a move to another time.</summary>
    internal static readonly string Moved = Number(EventType.EmailMoved);

    /// <summary>
    /// Inserts the events of e-mails that were moved; goes on with nothing. <c>moved</c> has <c>id</c>, <c>client_id</c>, <c>key</c>,
    /// <c>event</c> and <c>data</c>, the document after the move.
    /// </summary>
    internal static readonly string OfMoved = $"""
        insert into {Table} (type, email_id, client_id, key, reason, data)
        select event, id, client_id, key,
            case when event = {Number(EventType.EmailCancelled)} then data->>'reason'
                when event in ({Number(EventType.EmailFailed)}, {Number(EventType.EmailUnknown)}, {Number(EventType.EmailAttemptFailed)})
                    then case when data->'timeline'->-1->>'detail' = '{EmailSweep.SenderDied}' then 'sender_died'
                        else data->'last_error'->>'verdict' end end,
            case event when {Number(EventType.EmailAttemptFailed)} then jsonb_build_object('next_attempt_at', data->'due_at')
                when {Moved} then jsonb_build_object('scheduled_datetime', data->'scheduled_datetime') end
        from moved where event is not null
        """;

    /// <summary>Inserts the events of new e-mails. <c>made</c> has <c>id</c>, <c>client_id</c> and <c>key</c>.</summary>
    internal static readonly string OfMade =
        $"insert into {Table} (type, email_id, client_id, key) select {Number(EventType.EmailScheduled)}, id, client_id, key from made";

    /// <summary>
    /// Inserts the event of a hold of the restore fence. <c>held</c> has <c>is_new</c>, and <c>@patch</c> the hold's <c>reason</c> and
    /// <c>by</c>.
    /// </summary>
    internal static readonly string HeldByFence = $"""
        insert into {Table} (type, reason, data) select {Number(EventType.HoldStarted)}, @patch->>'reason', @patch - 'reason'
        from held where is_new
        """;

    internal static string Number(string type) => EventType.Number(type).ToString(CultureInfo.InvariantCulture) + "::smallint";
}

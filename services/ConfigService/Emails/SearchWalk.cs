using Mail.Store;
using static Mail.Store.Sql;

namespace Mail.ConfigService.Emails;

/// <summary>An index to walk along in a search.</summary>
/// <param name="From">The tables.</param>
/// <param name="Where">What the index knows.</param>
/// <param name="At">The time that it goes by, where it does.</param>
/// <param name="After">From which position on.</param>
/// <param name="Order">In which order.</param>
internal sealed record SearchWalk(string From, string Where, string At, string After, string Order)
{
    private const string NoTime = "'epoch'::timestamptz";

    // Kept by triggers of the e-mails' table.
    private const string Recipients = $"{MailRegistry.Schema}.email_recipient";

    private const string Emails = $"{Sql.Emails} e";

    // No e-mail was due longer before it was created than an hour, or, as an occurrence of a series, than it is worth sending; and its id
    // is as old as it is.
    private static readonly TimeSpan _maxOverdue = TimeSpan.FromDays(TopUp.MaxSendWithinDays) + TimeSpan.FromHours(1);

    /// <summary>The order in words. Ids are as old as their e-mails.</summary>
    internal string InWords => At switch
    {
        NoTime => "the newest first",
        "e.due_at" => "the next due first",
        _ => "the last due first",
    };

    /// <summary>The way that finds the fewest others.</summary>
    internal static SearchWalk For(EmailSearch.Wanted wanted)
    {
        var due = (wanted.DueFrom is null ? "" : " and e.scheduled_datetime >= @due_from")
            + (wanted.DueTo is null ? "" : " and e.scheduled_datetime < @due_to");
        // No e-mail can be due before the end of the range that was created so long after it.
        var newest = wanted.DueTo is null ? "" : " and e.id < @newest";
        if (SearchFilter.IsWhole(wanted.Recipient))
        {
            return new(
                $"{Recipients} r join {Emails} on e.id = r.email_id", "r.address = @recipient", NoTime, "r.email_id < @id",
                "r.email_id desc");
        }

        if (wanted.Kind == SearchKinds.Undecided)
            return ById(AsksForDecision("e."));
        // What is late and is tried again is so within hours.
        if (wanted.Kind is not null)
            return Pending(wanted, " and e.due_at < statement_timestamp() + interval '3 hours'");
        if (wanted.Statuses is [EmailStatus.Pending])
            return Pending(wanted, "");
        if (wanted.Statuses.Count > 0 && wanted.Statuses.All(status => EmailStatus.Undecided.Contains(status, StringComparer.Ordinal)))
            return ById(IsAnyOf("e.status", EmailStatus.Undecided));
        return wanted.ClientId is null
            ? ById($"true{newest}")
            : new(
                Emails, $"e.client_id = @client{due}", "e.scheduled_datetime", "(e.scheduled_datetime, e.id) < (@at, @id)",
                "e.scheduled_datetime desc, e.id desc");
    }

    // No id is older than the Unix epoch, and none can be made for a time before it.
    internal static DateTimeOffset NewestDueBefore(DateTimeOffset? dueTo) =>
        dueTo <= DateTimeOffset.UnixEpoch || dueTo is null ? DateTimeOffset.UnixEpoch
            : dueTo < DateTimeOffset.MaxValue - _maxOverdue ? dueTo.Value + _maxOverdue
            : DateTimeOffset.MaxValue;

    private static SearchWalk ById(string where) => new(Emails, where, NoTime, "e.id < @id", "e.id desc");

    private static SearchWalk Pending(EmailSearch.Wanted wanted, string due) => new(
        Emails, $"e.status = 'pending'{(wanted.ClientId is null ? "" : " and e.client_id = @client")}{due}", "e.due_at",
        "e.due_at >= @at and (e.due_at, e.id) > (@at, @id)", "e.due_at, e.id");
}

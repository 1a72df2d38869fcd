using Mail.Store;
using static Mail.Store.Sql;

namespace Mail.ConfigService.Emails;

/// <summary>An index to walk along in a search. It has all that the walk asks for, so that no e-mail is read for it.</summary>
/// <param name="From">The table.</param>
/// <param name="Conditions">What the index knows.</param>
/// <param name="At">The time that it goes by, where it does.</param>
/// <param name="After">From which position on.</param>
/// <param name="Id">The e-mail.</param>
/// <param name="IsDescending">Whether the last comes first.</param>
internal sealed record SearchWalk(
    string From, IReadOnlyList<string> Conditions, string At, string After, string Id = "e.id", bool IsDescending = true)
{
    private const string NoTime = "'epoch'::timestamptz";

    // Kept by triggers of the e-mails' table.
    private const string Recipients = $"{MailRegistry.Schema}.email_recipient r";

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

    /// <summary>What the index knows, as one condition.</summary>
    internal string Where => Conditions.Count == 0 ? "true" : string.Join(" and ", Conditions);

    /// <summary>The order of the walk.</summary>
    internal string Order => OrderBy(At, Id);

    /// <summary>The same order, of the columns <c>at</c> and <c>id</c> of <c>w</c>.</summary>
    internal string OrderOfFound => OrderBy("w.at", "w.id");

    private string OrderBy(string at, string id)
    {
        var direction = IsDescending ? " desc" : "";
        return At == NoTime ? id + direction : $"{at}{direction}, {id}{direction}";
    }

    /// <summary>The way that finds the fewest others.</summary>
    internal static SearchWalk For(EmailSearch.Wanted wanted)
    {
        if (SearchFilter.IsWhole(wanted.Recipient))
            return new(Recipients, ["r.address = @recipient"], NoTime, "r.email_id < @id", "r.email_id");
        if (wanted.Kind == SearchKinds.Undecided)
            return ById(AsksForDecision("e."));
        // What is late and is tried again is so within hours.
        if (wanted.Kind is not null)
            return Pending(wanted, "e.due_at < statement_timestamp() + interval '3 hours'");
        if (wanted.Statuses is [EmailStatus.Pending])
            return Pending(wanted);
        if (wanted.Statuses.Count > 0 && wanted.Statuses.All(status => EmailStatus.Undecided.Contains(status, StringComparer.Ordinal)))
            return ById(IsAnyOf("e.status", EmailStatus.Undecided));
        // No e-mail can be due before the end of the range that was created so long after it.
        if (wanted.ClientId is null)
            return wanted.DueTo is null ? ById() : ById("e.id < @newest");
        return new(
            Emails, [SearchFilter.OfClient, .. SearchFilter.DueOf(wanted)], "e.scheduled_datetime",
            "(e.scheduled_datetime, e.id) < (@at, @id)");
    }

    // No id is older than the Unix epoch, and none can be made for a time before it.
    internal static DateTimeOffset NewestDueBefore(DateTimeOffset? dueTo) =>
        dueTo <= DateTimeOffset.UnixEpoch || dueTo is null ? DateTimeOffset.UnixEpoch
            : dueTo < DateTimeOffset.MaxValue - _maxOverdue ? dueTo.Value + _maxOverdue
            : DateTimeOffset.MaxValue;

    private static SearchWalk ById(params string[] conditions) => new(Emails, conditions, NoTime, "e.id < @id");

    private static SearchWalk Pending(EmailSearch.Wanted wanted, params string[] due) => new(
        Emails, [SearchFilter.IsPending, .. wanted.ClientId is null ? [] : new[] { SearchFilter.OfClient }, .. due], "e.due_at",
        "e.due_at >= @at and (e.due_at, e.id) > (@at, @id)", IsDescending: false);
}

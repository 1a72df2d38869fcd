using System.ComponentModel.DataAnnotations;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Recurrences;
using Mail.ConfigService.Requests;
using Mail.Store;
using NodaTime;

namespace Mail.ConfigService.Emails;

/// <summary>One item of a config.</summary>
internal sealed record ConfigItemInput : EmailInput
{
    internal const int MaxKey = 128;

    private const int MaxSendWithin = TopUp.MaxSendWithinDays * 24 * 3600;

    internal ConfigItemInput(EmailContent content)
        : base(content)
    {
    }

    /// <summary>Names the item within the config, once; derived from its content where left out.</summary>
    [StringLength(MaxKey, MinimumLength = 1), RegularExpression(EmailFields.LinePattern)]
    public string? Key { get; init; }

    /// <summary>When to send it, again and again, in place of a time.</summary>
    public RecurrenceInput? Recurrence { get; init; }

    /// <summary>
    /// For how long an occurrence of a series is worth sending, 31 days at the most. Where left out: 72 hours or the way to the next one,
    /// the shorter.
    /// </summary>
    [Range(1, MaxSendWithin)]
    public int? SendWithinSeconds { get; init; }

    /// <summary>Ignored: so that a config can be saved again as it was read.</summary>
    public OccurrenceCounts? Occurrences { get; }

    /// <summary>
    /// When to send it, with an offset. It, <c>scheduled_local</c> or <c>recurrence</c> is required. A new or changed item that is due more
    /// than an hour ago is refused.
    /// </summary>
    public override DateTimeOffset? ScheduledDatetime { get; init; }

    /// <summary>Ignored: so that a config can be saved again as it was read.</summary>
    public Guid? Id { get; }

    /// <summary>Ignored: so that a config can be saved again as it was read.</summary>
    [EmailStatus]
    public string? Status { get; }

    /// <summary>The fields that an e-mail outside a config does not have.</summary>
    internal static string[] OwnFields => ["key", "id", "status", "recurrence", "send_within_seconds", "occurrences"];

    internal override DateTimeZone Zone => Recurrence?.Zone ?? base.Zone;

    /// <summary>Refuses fields that go with the other kind of time.</summary>
    internal static void CheckTimes(ObjectReader fields, bool isSeries)
    {
        string[] others = isSeries ? ["send_before", .. LocalTimeInput.Fields] : ["send_within_seconds"];
        foreach (var field in others.Where(fields.Has))
        {
            fields.Errors.Add(
                fields.Pointer(field),
                isSeries
                    ? $"goes with a single time, and not with recurrence{(field == "send_before" ? ": give send_within_seconds" : "")}"
                    : "goes with recurrence alone: give send_before",
                ProblemCodes.ConflictingFields);
        }

    }

    /// <summary>Reads for how long an occurrence is worth sending.</summary>
    internal static int? SendWithin(ObjectReader fields)
    {
        var seconds = fields.Count("send_within_seconds");
        if (seconds > MaxSendWithin)
            fields.Errors.Add(fields.Pointer("send_within_seconds"), $"must be a number from 1 to {MaxSendWithin}");
        return seconds;
    }
}

/// <summary>What a save did with the occurrences of a series; what a config's <c>GET</c> shows is what saving it again would do.</summary>
/// <param name="Scheduled">New ones.</param>
/// <param name="Kept">Those that stay pending, at another time where they were moved.</param>
/// <param name="Superseded">Those that another took the place of.</param>
/// <param name="Removed">Those that were taken back.</param>
public sealed record OccurrenceCounts(int Scheduled, int Kept, int Superseded, int Removed);

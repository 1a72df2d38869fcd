using Mail.ConfigService.Endpoints;
using Mail.Store;

namespace Mail.ConfigService.Forecasts;

/// <summary>What will become of the e-mails that are due in the next hours.</summary>
/// <param name="RatePerHour">How many e-mails an hour the senders hand over; null where none can send.</param>
/// <param name="Due">How many are due, overdue ones too.</param>
/// <param name="FirstDue">When the first of them is due that is not held back.</param>
/// <param name="LastExpected">When the server is expected to have taken the last of them; it may be after those hours.</param>
/// <param name="Late">How many are expected more than a minute after they are due.</param>
/// <param name="WillExpire">How many will pass their <c>send_before</c> first.</param>
/// <param name="Held">How many are held back.</param>
/// <param name="Blocked">How many could not be sent by any sender now: none can send, or the server takes nothing so large.</param>
/// <param name="ByHour">Each hour, the one that begins now first.</param>
[Example("""
    {"rate_per_hour":199.8,"due":450,"first_due":"2026-11-24T09:00:00.000Z","last_expected":"2026-11-24T11:14:42.000Z","late":446,
     "will_expire":0,
     "held":0,"blocked":0,"by_hour":[{"from":"2026-11-24T08:30:00.000Z","due":450,"sent":100}]}
    """)]
public sealed record ForecastView(
    double? RatePerHour, long Due, DateTimeOffset? FirstDue, DateTimeOffset? LastExpected, long Late, long WillExpire, long Held,
    long Blocked, IReadOnlyList<ForecastHour> ByHour)
{
    /// <summary>How late an e-mail may be before it counts as late.</summary>
    internal static readonly TimeSpan Punctual = TimeSpan.FromMinutes(1);

    /// <summary>Counts.</summary>
    /// <param name="reading">The queue of all clients: e-mails wait for each other, whosever they are.</param>
    /// <param name="own">The caller's own queue; null for all clients.</param>
    /// <param name="hours">How many hours to look ahead.</param>
    internal static ForecastView From(SendingForecast.Reading reading, PendingQueue? own, int hours)
    {
        var (now, schedule) = (reading.Conditions.Now, reading.Schedule);
        var until = now.AddHours(hours);
        var queue = own ?? reading.Queue;
        var groups = (schedule, own) switch
        {
            (null, _) => queue.Blocks.Select(SendingSchedule.Group.NotSent),
            (_, null) => schedule.Groups(),
            _ => own.Blocks.Select(schedule.GroupOf),
        };
        var due = groups.Where(group => group.DueAt < until).ToList();
        var sent = due.Where(group => group.ExpectedAt is not null).ToList();
        var held = CountOf(queue.Held);
        return new(
            schedule is null ? null : Math.Round(schedule.PerSecond * 3600, 1),
            due.Sum(group => (long)group.Count) + held,
            due.Count == 0 ? null : due[0].DueAt,
            sent.Max(group => group.LastExpectedAt),
            sent.Where(group => group.Lateness > Punctual).Sum(group => (long)group.Count),
            schedule is null ? 0 : due.Where(group => group.ExpectedAt is null).Sum(group => (long)group.Count),
            held,
            schedule is null ? due.Sum(group => (long)group.Count) : CountOf(queue.TooLarge),
            ByHourOf(due, now, hours));

        long CountOf(IReadOnlyList<PendingQueue.Block> blocks) =>
            blocks.Where(block => block.DueAt < until).Sum(block => (long)block.Count);
    }

    private static ForecastHour[] ByHourOf(List<SendingSchedule.Group> groups, DateTimeOffset now, int hours)
    {
        var (due, sent) = (new long[hours], new long[hours]);
        foreach (var group in groups)
        {
            Spread(due, group.Count, group.DueAt - now, group.LastDueAt - now);
            if (group.ExpectedAt - now is { } first && group.LastExpectedAt - now is { } last)
                Spread(sent, group.Count, first, last);
        }

        return [.. Enumerable.Range(0, hours).Select(hour => new ForecastHour(now.AddHours(hour), due[hour], sent[hour]))];
    }

    // Counts e-mails evenly from the first time to the last. Those before the first hour count in it, and those after the last hour in
    // none.
    private static void Spread(long[] hours, int count, TimeSpan first, TimeSpan last)
    {
        var before = 0L;
        for (var hour = Math.Max(0, (int)Math.Min(hours.Length, first.TotalHours)); hour < hours.Length && before < count; hour++)
        {
            var end = TimeSpan.FromHours(hour + 1);
            var through = last < end ? count : 1 + (long)((count - 1) * ((end - first) / (last - first)));
            hours[hour] += through - before;
            before = through;
        }
    }
}

/// <summary>One hour of a forecast.</summary>
/// <param name="From">When it begins.</param>
/// <param name="Due">How many e-mails are due in it; overdue ones count in the first.</param>
/// <param name="Sent">How many are expected to be sent in it.</param>
public sealed record ForecastHour(DateTimeOffset From, long Due, long Sent);

using Mail.ConfigService.Emails;
using Mail.ConfigService.Series;
using Mail.Store;
using NodaTime;

namespace Mail.Tests.Decisions.ConfigService.Series;

/// <summary>A series and its e-mails, carried through saves and top-ups as the services do, without a database.</summary>
internal sealed class SeriesModel
{
    private StoredSeries _series;
    private LocalDateTime? _until;
    private DateTimeOffset _now;

    internal SeriesModel(Recurrence recurrence, DateTimeOffset now)
    {
        _now = now;
        _series = new(Said("content 0"), recurrence, SendWithinSeconds: null);
        Carry(SeriesChange.Decide(null, _series, [], _now, TimeZones.BuiltIn, 100));
    }

    internal List<ScheduledEmail> All { get; } = [];

    internal List<ScheduledEmail> Pending =>
        [.. All.Where(email => email.Status == EmailStatus.Pending).OrderBy(email => email.ScheduledDatetime)];

    internal Guid IdOf(string occurrence) => Pending.Single(email => email.Occurrence == occurrence).Id;

    internal (string Status, string? Reason) StateOf(Guid id)
    {
        var email = All.Single(each => each.Id == id);
        return (email.Status, email.Reason);
    }

    /// <summary>What the last save decided.</summary>
    internal SeriesChange Change { get; private set; } = null!;

    internal void Send(string occurrence) => Replace(IdOf(occurrence), email => email with { Status = EmailStatus.Sending });

    internal void Save(Recurrence recurrence, string content = "content 0")
    {
        var said = Said(content);
        var isSame = said.Subject == _series.Email.Subject;
        if (isSame && Recurrence.AreSame(recurrence, _series.Recurrence, TimeZones.BuiltIn))
            return;
        var after = new StoredSeries(isSame ? _series.Email : said, recurrence, SendWithinSeconds: null);
        Carry(SeriesChange.Decide(new(_series, _until, isSame), after, [.. All.Where(Takes)], _now, TimeZones.BuiltIn, 100), after);
    }

    internal void CancelByHand(string occurrence) =>
        Replace(IdOf(occurrence), email => email with { Status = EmailStatus.Cancelled, Reason = CancelReason.Cancelled });

    /// <summary>Lets days pass, in which what is due is sent, and tops up.</summary>
    internal void TopUp(int days)
    {
        _now = _now.AddDays(days);
        foreach (var due in Pending.Where(email => email.ScheduledDatetime <= _now))
            Replace(due.Id, email => email with { Status = EmailStatus.Sent });
        var ahead = Pending.Where(email => email.ScheduledDatetime > _now).ToList();
        var (times, taken) = (_series.Times(TimeZones.BuiltIn), All.Where(Takes).ToList());
        var done = Mail.Store.TopUp.Decide(
            times, _until, _series.Recurrence.Move.Keys,
            new(
                ahead.Count, ahead.Count == 0 ? null : ahead.Max(email => email.ScheduledDatetime),
                taken.Select(email => email.Occurrence!).ToHashSet())
            {
                Elsewhere = times.Elsewhere([.. taken.Select(email => (email.Occurrence!, email.ScheduledDatetime))]),
            },
            _now, 100);
        All.AddRange(done.New.Select(occurrence => _series.Make(occurrence, "test", _now, "test")));
        _until = done.MadeUntil;
    }

    internal void AssertEachOnce()
    {
        Assert.Distinct(All.Where(Takes).Select(email => email.Occurrence));
        Assert.Distinct(Pending.Select(email => email.ScheduledDatetime));
    }

    /// <summary>Of the coming weeks all is pending that the series says, but for what was cancelled by hand; and nothing else is.</summary>
    internal void AssertWhatIsWanted()
    {
        var times = _series.Times(TimeZones.BuiltIn);
        var taken = All.Where(Takes).Where(email => email.Status != EmailStatus.Pending).ToList();
        var wanted = times.From(times.LocalOf(_now)).Where(occurrence => occurrence.Instant > _now)
            .TakeWhile(occurrence => occurrence.Base <= _now.AddDays(30))
            .Where(occurrence => !taken.Exists(
                email => email.Occurrence == occurrence.Name || email.ScheduledDatetime == occurrence.Instant))
            .Select(occurrence => occurrence.Instant).ToHashSet();
        var pending = Pending.Select(email => email.ScheduledDatetime).ToHashSet();
        Assert.Empty(wanted.Except(pending));
        Assert.All(
            Pending.Where(email => email.ScheduledDatetime > _now),
            email => Assert.Contains(
                times.From(times.LocalOf(_now).PlusDays(-2)).Take(200), occurrence => occurrence.Instant == email.ScheduledDatetime));
    }

    // As the index has it.
    private static bool Takes(ScheduledEmail email) => email.Reason is not (CancelReason.Superseded or CancelReason.Removed);

    private static ScheduledEmail Said(string content) => Mail.ConfigService.Emails.NewEmail.Create(
        "acme", "series", new EmailInput(new() { To = ["ada@example.com"], Subject = content, Text = "text" }),
        new(EmailSource.Config, "test", "series"), DateTimeOffset.UnixEpoch).Email;

    private void Carry(SeriesChange change, StoredSeries? after = null)
    {
        Change = change;
        _series = after ?? _series;
        foreach (var removed in change.Removed)
            Replace(removed.Id, email => email with { Status = EmailStatus.Cancelled, Reason = CancelReason.Removed });
        foreach (var (old, to) in change.Superseded)
        {
            Replace(old.Id, email => email with { Status = EmailStatus.Cancelled, Reason = CancelReason.Superseded });
            All.Add(_series.Make(to, "test", _now, "test"));
        }

        foreach (var (moved, to) in change.Moved)
            Replace(moved.Id, email => email with { ScheduledDatetime = to.Instant, DueAt = to.Instant, Local = to.Local });
        foreach (var (kept, to) in change.Rezoned)
            Replace(kept.Id, email => email with { Local = to.Local });
        All.AddRange(change.TopUp.New.Select(occurrence => _series.Make(occurrence, "test", _now, "test")));
        _until = change.TopUp.MadeUntil;
    }

    private void Replace(Guid id, Func<ScheduledEmail, ScheduledEmail> with)
    {
        var index = All.FindIndex(email => email.Id == id);
        All[index] = with(All[index]);
    }
}

using Mail.Store;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.Servers.Store.Series;

/// <summary>A later version of the time zones moves what keeps to the clocks, and nothing else; an earlier one nothing back.</summary>
public sealed class ZoneChangeTests(TestServers servers) : IAsyncLifetime
{
    private static readonly TimeZones _old = OtherZones.Of("2026a", "Nowhere", "Europe/Berlin");
    private static readonly TimeZones _new = OtherZones.Of("2026b", "Europe/Berlin", "Europe/London");
    private static readonly DateTimeOffset _now = new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);

    private StoreHost _host = null!;
    private NpgsqlConnection _connection = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await StoreHost.StartAsync(servers);
        _connection = await _host.DataSource.OpenConnectionAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task What_waits_moves_with_the_wall_clock_and_says_so()
    {
        var berlin = await InsertAsync("2026-12-10T09:00:00", "Europe/Berlin");
        var tokyo = await InsertAsync("2026-12-10T09:00:00", "Asia/Tokyo");
        var instant = await InsertAsync(null, null);
        var sent = await InsertAsync("2026-12-10T09:00:00", "Europe/Berlin", EmailStatus.Sent);
        Assert.Equal(new(0, IsFull: false), await RunAsync(_old));
        Assert.Equal(new(1, IsFull: false), await RunAsync(_new));

        var moved = await LoadAsync(berlin);
        Assert.Equal(At("2026-12-10T09:00:00Z"), moved.ScheduledDatetime);
        Assert.Equal((moved.ScheduledDatetime, moved.ScheduledDatetime.AddHours(72)), (moved.DueAt, moved.SendBefore));
        Assert.Equal("moved", moved.Timeline[^1].Event);
        Assert.Equal(
            "from 2026-12-10T08:00:00.000Z to 2026-12-10T09:00:00.000Z: the rules of Europe/Berlin changed between versions 2026a and "
            + "2026b of the time zones",
            moved.Timeline[^1].Detail);
        Assert.Equal(1L, await _host.AskAsync<long>("select count(*) from scheduler.timers where due = '2026-12-10T09:00:00Z'"));
        Assert.Equal(At("2026-12-10T00:00:00Z"), (await LoadAsync(tokyo)).ScheduledDatetime);
        Assert.Single((await LoadAsync(tokyo)).Timeline);
        Assert.Single((await LoadAsync(instant)).Timeline);
        Assert.Equal(At("2026-12-10T08:00:00Z"), (await LoadAsync(sent)).ScheduledDatetime);
        Assert.Equal(new(0, IsFull: false), await RunAsync(_new));
    }

    [Fact]
    public async Task An_old_service_beside_it_resolves_nothing_and_what_it_left_is_made_good()
    {
        await RunAsync(_new);
        Assert.False(await new TimeZoneVersions(_old).AreLatestAsync(_connection, CancellationToken.None));
        // Committed by an old service whose request began before.
        var late = await InsertAsync("2026-12-10T09:00:00", "Europe/Berlin");
        Assert.Equal(new(0, IsFull: false), await RunAsync(_old));
        Assert.Equal(new(1, IsFull: false), await RunAsync(_new));
        Assert.Equal(new(0, IsFull: false), await RunAsync(_old));
        Assert.Equal(At("2026-12-10T09:00:00Z"), (await LoadAsync(late)).ScheduledDatetime);
        Assert.Equal("2026b", await _host.AskAsync<string>("select version from mail.time_zone_version"));
    }

    [Fact]
    public async Task One_whose_new_time_has_passed_is_due_now_and_one_that_was_tried_stays()
    {
        // An hour earlier by the rules of Moscow.
        var moscow = OtherZones.Of("2026c", "Europe/Kyiv", "Europe/Moscow");
        var soon = await InsertAsync("2026-12-01T14:30:00", "Europe/Kyiv");
        var tried = await InsertAsync("2026-12-01T14:30:00", "Europe/Kyiv", attempts: 1);
        Assert.Equal(new(1, IsFull: false), await RunAsync(moscow));
        Assert.Equal((_now, _now), ((await LoadAsync(soon)).ScheduledDatetime, (await LoadAsync(soon)).DueAt));
        Assert.Equal(At("2026-12-01T12:30:00Z"), (await LoadAsync(tried)).ScheduledDatetime);
    }

    [Fact]
    public async Task An_occurrence_that_the_new_rules_leave_out_is_cancelled_where_its_series_skips_it()
    {
        // Where clocks go forward on another day.
        var newYork = OtherZones.Of("2026d", "Europe/Berlin", "America/New_York");
        var skipped = await InsertAsync("2027-03-14T02:30:00", "Europe/Berlin", occurrence: "2027-03-14T02:30:00");
        Assert.Equal(new(0, IsFull: false), await RunAsync(newYork));
        var email = await LoadAsync(skipped);
        Assert.Equal((EmailStatus.Cancelled, CancelReason.Removed), (email.Status, email.Reason));
        Assert.Contains("2027-03-14T02:30:00 is left out by a clock change", email.Timeline[^1].Detail, StringComparison.Ordinal);
        Assert.Equal(new(0, IsFull: false), await RunAsync(newYork));
    }

    [Fact]
    public async Task The_highest_version_stays_however_many_start_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async index =>
        {
            await using var connection = await _host.DataSource.OpenConnectionAsync();
            await new TimeZoneVersions(index % 2 == 0 ? _old : _new).AreLatestAsync(connection, CancellationToken.None);
        }));
        Assert.Equal("2026b", await _host.AskAsync<string>("select version from mail.time_zone_version"));
    }

    private Task<ZoneChange.Done> RunAsync(TimeZones zones) => _host.RunAsync(connection => new ZoneChange(
        _host.Outbox, zones, new TimeZoneVersions(zones)).RunOnceAsync(connection, _now, "scheduler-1", CancellationToken.None));

    private async Task<Guid> InsertAsync(
        string? local, string? zone, string status = EmailStatus.Pending, int attempts = 0, string? occurrence = null)
    {
        var clock = local is null
            ? null
            : new WallClock(local, zone!, occurrence is null ? IfSkipped.Refuse : IfSkipped.Skip, IfRepeated.First);
        var due = clock is null ? _now.AddDays(9) : _old.Map(clock)!.Instant!.Value;
        var (email, body) = NewEmail.Due(due, $"{local} {zone} {status} {attempts}");
        email = email with
        {
            Local = clock, Tzdb = clock is null ? null : "2026a", Status = status, Attempts = attempts, Occurrence = occurrence,
        };
        await _host.RunAsync(async connection =>
        {
            await EmailInserts.InsertAsync(connection, [email], [body], CancellationToken.None);
            return true;
        });
        return email.Id;
    }

    private async Task<ScheduledEmail> LoadAsync(Guid id)
    {
        await using var session = _host.Documents.QuerySession();
        return (await session.LoadAsync<ScheduledEmail>(id))!;
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}

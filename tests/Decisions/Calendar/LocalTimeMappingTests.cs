using Mail.Store;
using NodaTime;

namespace Mail.Tests.Decisions.Calendar;

public sealed class LocalTimeMappingTests
{
    private const int From = 2005;
    private const int To = 2026;

    /// <summary>Zones whose changes differ in kind: whole and half hours, both hemispheres, a missing day, four changes a year.</summary>
    public static TheoryData<string> Zones =>
    [
        "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "America/Sao_Paulo",
        "Asia/Tehran", "Africa/Cairo", "Europe/Dublin", "Asia/Gaza",
    ];

    [Theory]
    [MemberData(nameof(Zones))]
    public void Gaps_and_overlaps_are_those_of_zdump(string name)
    {
        var zone = TimeZones.BuiltIn.Find(name)!;
        var changes = ZoneDump.Changes(name, From, To);
        Assert.NotEmpty(changes);
        foreach (var (at, before, after) in changes)
        {
            var length = after - before;
            // In the middle of what is left out, or comes twice.
            var local = LocalDateTime.FromDateTime((at.UtcDateTime + before).AddTicks(length.Ticks / 2));
            var (early, late) = (Instant(local, before), Instant(local, after));
            if (length > TimeSpan.Zero)
            {
                Assert.Null(Map(IfSkipped.Refuse).Instant);
                Assert.Null(Map(IfSkipped.Skip).Instant);
                Assert.Equal(early, Map(IfSkipped.After).Instant);
                Assert.Equal(late, Map(IfSkipped.Before).Instant);
                Assert.Equal((late, early, length), (Map().Before, Map().After, Map().Gap));
            }
            else
            {
                Assert.Equal(early, Map().Instant);
                Assert.Equal(late, Map(ifRepeated: IfRepeated.Second).Instant);
            }

            MappedTime Map(string ifSkipped = IfSkipped.Refuse, string ifRepeated = IfRepeated.First) =>
                LocalTimeMapping.Map(local, zone, ifSkipped, ifRepeated);
        }
    }

    [Fact]
    public void A_day_that_was_never_there_is_made_good_by_a_day()
    {
        // Samoa went over to the other side of the date line at the end of 2011-12-29.
        var mapped = LocalTimeMapping.Map(
            new(2011, 12, 30, 9, 0), TimeZones.BuiltIn.Find("Pacific/Apia")!, IfSkipped.After, IfRepeated.First);
        Assert.Equal(TimeSpan.FromDays(1), mapped.Gap);
        Assert.Equal(new DateTimeOffset(2011, 12, 31, 9, 0, 0, TimeSpan.FromHours(14)), mapped.Instant);
        Assert.Equal(new DateTimeOffset(2011, 12, 29, 9, 0, 0, TimeSpan.FromHours(-10)), mapped.Before);
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00")]
    [InlineData("9999-12-31T23:59:59")]
    public void Both_ends_of_the_calendar_have_an_instant(string text) => Assert.All(
        (string[])["Pacific/Kiritimati", "Pacific/Niue"],
        zone => Assert.NotNull(TimeZones.BuiltIn.Map(new(text, zone, IfSkipped.Refuse, IfRepeated.First))!.Instant));

    [Theory]
    [InlineData("2027-02-29T09:00:00")]
    [InlineData("2027-03-28T24:00:00")]
    [InlineData("2027-03-28T09:00:60")]
    [InlineData("2027-03-28 09:00:00")]
    [InlineData("2027-03-28T09:00")]
    [InlineData("2027-03-28T09:00:00Z")]
    [InlineData("2027-03-28t09:00:00")]
    [InlineData("-027-03-28T09:00:00")]
    [InlineData("")]
    public void What_is_no_local_time_is_none(string text) => Assert.Null(LocalTimeText.Parse(text));

    [Fact]
    public void Names_of_one_zone_are_one_zone_and_offsets_are_none()
    {
        Assert.True(TimeZones.BuiltIn.AreSame("Europe/Kiev", "Europe/Kyiv"));
        Assert.False(TimeZones.BuiltIn.AreSame("Europe/Kyiv", "Europe/Berlin"));
        Assert.True(TimeZones.BuiltIn.AreSame("Asia/Calcutta", "Asia/Kolkata"));
        Assert.True(TimeZones.BuiltIn.AreSame("US/Eastern", "America/New_York"));
        Assert.True(TimeZones.BuiltIn.AreSame("UTC", "Etc/UTC"));
        // The database has one zone for each two of these since their clocks have agreed since 1970.
        Assert.False(TimeZones.BuiltIn.AreSame("Europe/Stockholm", "Europe/Berlin"));
        Assert.False(TimeZones.BuiltIn.AreSame("Europe/Amsterdam", "Europe/Brussels"));
        Assert.All(
            (string[])["UTC+01:00", "europe/berlin", "CEST", "", "Europe/Berlin ", "../etc/passwd"],
            name => Assert.Null(TimeZones.BuiltIn.Find(name)));
    }

    private static DateTimeOffset Instant(LocalDateTime local, TimeSpan offset) =>
        new DateTimeOffset(local.ToDateTimeUnspecified(), TimeSpan.Zero) - offset;
}

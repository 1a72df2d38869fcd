using Mail.ConfigService.Requests;

namespace Mail.Tests.Decisions.ConfigService;

public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData("2026-12-01T09:00:00+01:00", "2026-12-01T08:00:00.000Z")]
    [InlineData("2026-12-01t08:00:00z", "2026-12-01T08:00:00.000Z")]
    [InlineData("2026-12-01T08:00:00.5Z", "2026-12-01T08:00:00.500Z")]
    [InlineData("2026-12-01T08:00:00.1230000Z", "2026-12-01T08:00:00.123Z")]
    [InlineData("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z")]
    [InlineData("9999-12-31T23:59:59-01:00", "9999-12-31T23:59:59.999Z")]
    [InlineData("2026-12-01T15:00:00+15:00", "2026-12-01T00:00:00.000Z")]
    [InlineData("2026-12-01T00:00:00-23:59", "2026-12-01T23:59:00.000Z")]
    [InlineData("2026-12-01T08:00:00.50000000000000000000000000000000000Z", "2026-12-01T08:00:00.500Z")]
    public void A_time_with_an_offset_is_read(string text, string expected)
    {
        Assert.True(Rfc3339.TryParse(text, out var time, out _, out _));
        Assert.Equal(expected, Mail.ConfigService.MailJson.Format(time));
    }

    [Fact]
    public void What_is_finer_than_a_millisecond_is_rounded_up_so_that_nothing_is_early()
    {
        Assert.True(Rfc3339.TryParse("2026-12-01T08:00:00.000000000001Z", out var time, out _, out _));
        Assert.Equal("2026-12-01T08:00:00.001Z", Mail.ConfigService.MailJson.Format(time));
    }

    [Theory]
    [InlineData("2026-12-01T09:00:00")]
    [InlineData("2026-12-01T09:00:00.123")]
    public void A_time_without_an_offset_is_refused_as_such(string text)
    {
        Assert.False(Rfc3339.TryParse(text, out _, out _, out var code));
        Assert.Equal("time_without_offset", code.Name);
    }

    [Theory]
    [InlineData("2026-12-31T23:59:60Z")]
    [InlineData("2026-12-31t23:59:60.999z")]
    [InlineData("2027-01-01T08:59:60+09:00")]
    [InlineData("2026-12-31T18:29:60-05:30")]
    public void A_leap_second_is_the_instant_that_follows(string text)
    {
        Assert.True(Rfc3339.TryParse(text, out var time, out _, out _));
        Assert.Equal("2027-01-01T00:00:00.000Z", Mail.ConfigService.MailJson.Format(time));
    }

    [Theory]
    [InlineData("2026-12-31T23:58:60Z")]
    [InlineData("2026-12-31T23:59:60+01:00")]
    [InlineData("9999-12-31T23:59:60Z")]
    [InlineData("2026-12-31T24:59:60Z")]
    [InlineData("2026-12-31T23:59:61Z")]
    [InlineData("")]
    [InlineData("tomorrow")]
    [InlineData("2026-12-01")]
    [InlineData("2026-13-01T09:00:00Z")]
    [InlineData("2026-02-30T09:00:00Z")]
    [InlineData("2026-12-01T25:00:00Z")]
    [InlineData("2026-12-01T09:00:00+24:00")]
    [InlineData("2026-12-01T09:00:00+25:00")]
    [InlineData("2026-12-01T09:00:00+01:60")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("2026-12-01T09:00Z")]
    [InlineData(" 2026-12-01T09:00:00Z")]
    public void Anything_else_is_no_time(string text)
    {
        Assert.False(Rfc3339.TryParse(text, out _, out _, out var code));
        Assert.Equal("invalid_body", code.Name);
    }
}

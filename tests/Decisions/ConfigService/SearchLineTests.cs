using Mail.ConfigService.Page;
using Mail.Store;

namespace Mail.Tests.Decisions.ConfigService;

/// <summary>A search in one line says what it finds, or why it finds nothing.</summary>
public sealed class SearchLineTests
{
    private static readonly DateTimeOffset _now = new(2026, 11, 29, 23, 30, 0, TimeSpan.Zero);
    private static readonly TimeZoneInfo _berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Fact]
    public void Each_term_is_a_condition_and_words_are_looked_for_in_subject_and_recipients()
    {
        var line = Parse("""to:ada status:failed,unknown client:webshop reason:"user unknown" key:a.b is:undecided spring "big sale" """);
        Assert.Empty(line.Faults);
        Assert.Equal(
            ("ada", "webshop", "user unknown", "a.b", "undecided"),
            (line.Wanted.Recipient, line.Wanted.ClientId, line.Wanted.Reason, line.Wanted.Key, line.Wanted.Kind));
        Assert.Equal([EmailStatus.Failed, EmailStatus.Unknown], line.Wanted.Statuses);
        Assert.Equal(["spring", "big sale"], line.Wanted.Words);
    }

    [Theory]
    [InlineData("")]
    [InlineData("to:ada")]
    [InlineData("""reason:"user unknown" spring status:failed""")]
    [InlineData("""subject:"Re: your order" "to:nobody" """)]
    [InlineData("""to:"never closed""")]
    public void A_line_that_is_shown_and_sent_again_asks_for_the_same(string text)
    {
        var line = Parse(text);
        var again = Parse(line.Text);
        Assert.Equal(line.Terms, again.Terms);
        Assert.Equal(line.Text, again.Text);
    }

    [Fact]
    public void What_is_no_name_is_words() =>
        Assert.Equal(["Re:", "stauts:failed", "12:30"], Parse("Re: stauts:failed 12:30").Wanted.Words);

    [Fact]
    public void A_chip_takes_its_own_term_away()
    {
        var line = Parse("status:failed status:unknown ada");
        Assert.Equal("status:failed ada", line.Without(line.Terms[1]));
    }

    [Theory]
    [InlineData("due:today", "2026-11-29T23:00:00Z", "2026-11-30T23:00:00Z")]
    [InlineData("due:yesterday", "2026-11-28T23:00:00Z", "2026-11-29T23:00:00Z")]
    [InlineData("due:tomorrow", "2026-11-30T23:00:00Z", "2026-12-01T23:00:00Z")]
    [InlineData("due:last-24h", "2026-11-28T23:30:00Z", "2026-11-29T23:30:00Z")]
    [InlineData("due:2026-07-01", "2026-06-30T22:00:00Z", "2026-07-01T22:00:00Z")]
    [InlineData("due:2026-07-01..2026-12-01", "2026-06-30T22:00:00Z", "2026-12-01T23:00:00Z")]
    [InlineData("due:2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z")]
    [InlineData("due:2026-07-01..", "2026-06-30T22:00:00Z", null)]
    [InlineData("due:..2026-07-01T10:00:00+02:00", null, "2026-07-01T08:00:00Z")]
    public void Days_are_those_of_the_viewer(string text, string? from, string? to)
    {
        var wanted = Parse(text).Wanted;
        Assert.Equal((Time(from), Time(to)), (wanted.DueFrom, wanted.DueTo));

        static DateTimeOffset? Time(string? time) =>
            time is null ? null : DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Where_clocks_skip_midnight_the_day_begins_an_hour_later()
    {
        // America/Sao_Paulo, 2018-11-04.
        var zone = TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo");
        var wanted = SearchLine.Parse("due:2018-11-04", _now, zone).Wanted;
        Assert.Equal(new DateTimeOffset(2018, 11, 4, 3, 0, 0, TimeSpan.Zero), wanted.DueFrom);
        Assert.Equal(new DateTimeOffset(2018, 11, 5, 2, 0, 0, TimeSpan.Zero), wanted.DueTo);
    }

    [Theory]
    [InlineData("status:burnt")]
    [InlineData("status:,")]
    [InlineData("due:soon")]
    [InlineData("due:2026-13-01")]
    [InlineData("due:..")]
    [InlineData("due:2026-07-01T10:00:00Z")]
    [InlineData("is:nice")]
    [InlineData("is:late is:undecided")]
    [InlineData("to:ada to:bob")]
    [InlineData("to:")]
    [InlineData("client:\"\"")]
    public void What_cant_be_understood_is_said_instead_of_left_out(string text) => Assert.NotEmpty(Parse(text).Faults);

    [Theory]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("@cmd", "\"'@cmd\"")]
    [InlineData("plain", "plain")]
    [InlineData("550 x;=1+1", "\"550 x;'=1+1\"")]
    [InlineData("550 x; @cmd; y", "\"550 x; '@cmd; y\"")]
    [InlineData("a; b", "a; b")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("two\r\nlines", "\"two\r\nlines\"")]
    [InlineData(null, "")]
    public void A_cell_is_a_text_to_every_spreadsheet(string? value, string cell) => Assert.Equal(cell, EmailRow.Cell(value));

    private static SearchLine Parse(string text) => SearchLine.Parse(text, _now, _berlin);
}

using PostgresScheduler.Recurring;

namespace Mail.Tests.Decisions.Recurring;

/// <summary>Expressions are read as MassTransit.Quartz reads them.</summary>
public sealed class CronDialectTests
{
    private static readonly DateTimeOffset _sunday = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("0/1 * * * * ?", "2026-11-01T00:00:01")]
    [InlineData("0 0 9 ? * 2", "2026-11-02T09:00:00")] // Quartz's 2 is Monday
    [InlineData("0 0 9 ? * 1", "2026-11-01T09:00:00")]
    [InlineData("0 0 9 ? * 7", "2026-11-07T09:00:00")]
    [InlineData("0 0 9 ? * L", "2026-11-07T09:00:00")]
    [InlineData("0 0 9 ? * 2-6", "2026-11-02T09:00:00")]
    [InlineData("0 0 9 ? * 3,5", "2026-11-03T09:00:00")]
    [InlineData("0 0 9 ? * 3/2", "2026-11-03T09:00:00")] // Tuesday, Thursday, Saturday
    [InlineData("0 0 9 ? * 2/2", "2026-11-02T09:00:00")] // Monday, Wednesday, Friday: no Sunday
    [InlineData("0 0 9 ? * MON/2", "2026-11-02T09:00:00")]
    [InlineData("0 0 9 ? * 5,2/2", "2026-11-02T09:00:00")]
    [InlineData("0 0 9 ? * 4/3", "2026-11-04T09:00:00")] // Wednesday, Saturday
    [InlineData("0 0 9 ? * 7/2", "2026-11-07T09:00:00")]
    [InlineData("0 0 9 ? * */2", "2026-11-01T09:00:00")]
    [InlineData("0 0 9 ? * MON-FRI", "2026-11-02T09:00:00")]
    [InlineData("0 0 9 ? * 6L", "2026-11-27T09:00:00")] // the last Friday
    [InlineData("0 0 9 ? * 6#3", "2026-11-20T09:00:00")] // the third Friday
    [InlineData("0 15 10 L * ?", "2026-11-30T10:15:00")]
    [InlineData("0 15 10 15W * ?", "2026-11-16T10:15:00")] // the weekday next to a Sunday
    [InlineData("0 0 12 1/5 * ?", "2026-11-01T12:00:00")]
    [InlineData("0 11 11 11 11 ?", "2026-11-11T11:11:00")]
    [InlineData("0 0 9 ? * 2 *", "2026-11-02T09:00:00")] // any year
    [InlineData("0 9 * * 1", "2026-11-02T09:00:00")] // five fields: 1 is Monday, as everywhere else
    public void An_expression_comes_first_at(string expression, string first) => Assert.Equal(
        DateTimeOffset.Parse(first + "Z", System.Globalization.CultureInfo.InvariantCulture),
        CronDialect.Parse(expression).GetNextOccurrence(_sunday, TimeZoneInfo.Utc));

    [Theory]
    [InlineData("")]
    [InlineData("* * *")]
    [InlineData("0 0 9 ? * 0")]
    [InlineData("0 0 9 ? * 8")]
    [InlineData("0 0 9 ? * 8/2")]
    [InlineData("0 0 9 ? * 2 2027")]
    [InlineData("0 0 25 ? * 2")]
    [InlineData("every morning at nine, that is")]
    public void What_is_no_expression_is_refused(string expression) =>
        Assert.ThrowsAny<FormatException>(() => CronDialect.Parse(expression));
}

using Mail.Store;

namespace Mail.Tests.Decisions;

public sealed class EventIdsTests
{
    private static readonly DateTimeOffset _at = new(2026, 11, 24, 15, 12, 9, 310, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4_294_967_296, 16_777_216)]
    [InlineData((1L << 50) - 1, (1L << 53) + 5)]
    public void An_id_is_a_UUIDv7_that_leads_back_to_its_event(ulong xid, long number)
    {
        var id = EventId.From(new(xid, number, _at));
        Assert.Equal(7, id.Version);
        Assert.Equal("01a20e1d-", id.ToString()[..9]);
        Assert.Equal((xid, number & 0xFFFFFF, _at), EventId.Read(id));
    }

    [Fact]
    public void Another_UUID_leads_nowhere() => Assert.Null(EventId.Read(new("9f1c3c2e-5b7a-4c0e-8d2f-0a1b2c3d4e5f")));

    // Its random bits are as those of an event, and its time is in the year 10889.
    [Theory]
    [InlineData("ffffffff-ffff-7000-8000-000000000000")]
    [InlineData("e677d21f-dc00-7000-8000-000000000000")]
    public void A_UUID_of_a_time_that_there_is_not_leads_nowhere(string id) => Assert.Null(EventId.Read(new(id)));

    [Fact]
    public void A_cursor_is_read_back_as_it_was()
    {
        var cursor = new FeedCursor(-5, new(ulong.MaxValue, 7, _at));
        Assert.Equal(cursor, FeedCursor.Parse(cursor.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!")]
    [InlineData("_____________________________________________")]
    public void What_is_no_cursor_is_refused(string text) => Assert.Null(FeedCursor.Parse(text));

    [Fact]
    public void Numbers_of_types_never_change() => Assert.Equal(
        "1 email.scheduled, 2 email.sent, 3 email.failed, 4 email.unknown, 5 email.cancelled, 6 email.expired, 7 email.moved, "
        + "8 email.attempt_failed, 9 config.saved, 10 template.saved, 11 hold.started, 12 hold.ended, 13 sender.blocked, 14 sender.ready, "
        + "15 webhook.disabled",
        string.Join(", ", EventType.All.Select(name => $"{EventType.Number(name)} {name}")));
}

using Mail.SchedulerService;
using Mail.Store;

namespace Mail.Tests.Decisions.SchedulerService;

public sealed class RestoreFenceTests
{
    private static readonly Place _place = new("prod", "7300", 16384, 3, "16384@1/prod");
    private static readonly Installation _known = new() { Place = _place, Counter = 100, Vouched = _place.Here };

    [Fact]
    public void A_new_database_is_nobodys_copy() => Assert.Null(RestoreFence.Judge(null, _place, 7));

    [Theory]
    [InlineData(100)]
    [InlineData(99)]
    [InlineData(null)] // wiped
    public void A_server_that_was_only_restarted_goes_on_whatever_became_of_the_broker(int? broker) =>
        Assert.Null(RestoreFence.Judge(_known, _place with { Here = "16384@2/prod" }, broker));

    [Fact]
    public void A_standby_that_took_over_goes_on_where_the_broker_agrees() =>
        Assert.Null(RestoreFence.Judge(_known, _place with { Timeline = 4 }, 100));

    [Fact]
    public void A_broker_that_is_ahead_shows_that_the_database_went_back() =>
        Assert.Contains("at count 101, the database only at 100", RestoreFence.Judge(_known, _place with { Timeline = 4 }, 101), StringComparison.Ordinal);

    [Theory]
    [InlineData("", "7300", 16384, 3, "MAIL_INSTANCE is not set here")]
    [InlineData("staging", "7300", 16384, 3, "MAIL_INSTANCE is \"staging\" here")]
    [InlineData("prod", "7301", 16384, 3, "system identifier")]
    [InlineData("prod", "7300", 16385, 3, "another oid")]
    [InlineData("prod", "7300", 16384, 2, "from timeline 3 to 2")]
    public void Another_place_is_a_copy_though_the_broker_agrees(string name, string system, long database, int timeline, string why) =>
        Assert.Contains(why, RestoreFence.Judge(_known, new(name, system, database, timeline, "x"), 100), StringComparison.Ordinal);

    [Fact]
    public void A_later_timeline_that_no_broker_speaks_for_is_held() =>
        Assert.Contains("the broker can't tell", RestoreFence.Judge(_known, _place with { Timeline = 4 }, null), StringComparison.Ordinal);
}

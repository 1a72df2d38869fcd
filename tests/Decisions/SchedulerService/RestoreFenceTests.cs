using Mail.SchedulerService;
using Mail.Store;

namespace Mail.Tests.Decisions.SchedulerService;

public sealed class RestoreFenceTests
{
    private static readonly Place _place = new("prod", "7300", 16384, 3, "16384@1/prod");
    private static readonly Place _restarted = _place with { Fingerprint = "16384@2/prod" };
    private static readonly Installation _known = new() { Place = _place, Counter = 100, Trusted = _place.Fingerprint, Marked = true };

    [Fact]
    public void A_new_database_is_nobodys_copy() => Assert.Null(RestoreFence.Judge(null, _place, 7));

    [Theory]
    [InlineData(100)]
    [InlineData(99)]
    public void A_server_that_was_only_restarted_goes_on_where_a_witness_agrees(int witness) =>
        Assert.Null(Judge(_known, _restarted, witness));

    [Fact]
    public void A_wiped_broker_holds_nothing_while_PostgreSQL_goes_on() => Assert.Null(Judge(_known, _place, witness: null));

    [Fact]
    public void A_server_that_was_restarted_beside_a_wiped_broker_is_held_unless_someone_else_can_tell()
    {
        var objection = Judge(_known, _restarted, witness: null)!;
        Assert.Contains("RabbitMQ knows nothing of this system", objection.Reason, StringComparison.Ordinal);
        Assert.True(objection.MayBeSettled);
    }

    [Fact]
    public void Where_nobody_ever_vouched_nothing_was_sent_and_no_witness_is_needed() =>
        Assert.Null(Judge(_known with { Trusted = null, Marked = false }, _restarted, witness: null, genuine: null));

    [Fact]
    public void What_is_held_already_stays_held_without_a_witness() =>
        Assert.NotNull(Judge(_known with { Trusted = null, Found = new(_place, 100) }, _restarted, witness: null));

    [Fact]
    public void A_standby_that_took_over_goes_on_where_the_broker_agrees() =>
        Assert.Null(Judge(_known, _restarted with { Timeline = 4 }, 100));

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void A_witness_that_is_ahead_shows_that_the_database_went_back(int timeline)
    {
        var objection = Judge(_known, _place with { Timeline = timeline }, 101)!;
        Assert.Contains("counted to 101, and this database is at count 100", objection.Reason, StringComparison.Ordinal);
        Assert.False(objection.MayBeSettled);
    }

    [Theory]
    [InlineData("", "7300", 16384, 3, "MAIL_INSTANCE is not set here")]
    [InlineData("staging", "7300", 16384, 3, "MAIL_INSTANCE is \"staging\" here")]
    [InlineData("prod", "7301", 16384, 3, "system identifier")]
    [InlineData("prod", "7300", 16385, 3, "another oid")]
    [InlineData("prod", "7300", 16384, 2, "from timeline 3 to 2")]
    public void Another_place_is_a_copy_though_the_broker_agrees(string name, string system, long database, int timeline, string why) =>
        Assert.Contains(why, Judge(_known, new(name, system, database, timeline, "x"), 100)!.Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, null)] // loaded only in part
    [InlineData(false, false)] // by an earlier version
    public void Tables_that_a_restore_wrote_are_held_though_the_broker_agrees(bool marked, bool? genuine) =>
        Assert.Contains(
            "restored from a dump", Judge(_known with { Marked = marked }, _place, 100, genuine)!.Reason, StringComparison.Ordinal);

    [Fact]
    public void A_database_that_an_earlier_version_vouched_for_needs_no_mark() =>
        Assert.Null(Judge(_known with { Marked = false }, _place, 100, genuine: null));

    private static RestoreFence.Objection? Judge(Installation known, Place place, long? witness, bool? genuine = true) =>
        RestoreFence.Judge(new(known, TimeSpan.FromSeconds(1), genuine), place, witness);
}

using Mail.Hosting;

namespace Mail.Tests.Decisions.Hosting;

/// <summary>When statements are planned anew.</summary>
public sealed class TableGrowthTests
{
    private const long Kilobyte = 1024;

    private readonly TableGrowth _growth = new();

    [Fact]
    public void What_was_large_at_the_start_was_planned_for_that() => Assert.Equal([false, false], Looks(1_000_000, 3_900_000));

    [Fact]
    public void What_became_four_times_as_large_is_told_once() =>
        Assert.Equal([false, true, false, false, true], Looks(1000, 4001, 4001, 16_000, 16_005));

    [Fact]
    public void A_small_table_may_grow() => Assert.Equal([false, false, true], Looks(0, 512, 513));

    [Fact]
    public void A_table_that_became_small_is_planned_for_that_by_now() =>
        Assert.Equal([false, false, false, true], Looks(100_000, 0, 500, 600));

    [Fact]
    public void One_of_several_tables_is_enough_and_a_new_table_is_none_that_has_grown()
    {
        Assert.False(_growth.Outgrows([("one", Kilobyte * 1000)]));
        Assert.False(_growth.Outgrows([("one", Kilobyte * 1000), ("two", Kilobyte * 600)]));
        Assert.True(_growth.Outgrows([("one", Kilobyte * 1000), ("two", Kilobyte * 2401)]));
    }

    private bool[] Looks(params long[] kilobytes) => [.. kilobytes.Select(size => _growth.Outgrows([("emails", size * Kilobyte)]))];
}

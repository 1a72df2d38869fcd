namespace Mail.Tests.Chaos;

public sealed class FaultPlanTests
{
    private static readonly TimeSpan _two = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan _five = TimeSpan.FromMinutes(5);

    [Fact]
    public void A_seed_decides_all_of_it()
    {
        Assert.Equal(FaultPlan.Of(7, _five), FaultPlan.Of(7, _five));
        Assert.NotEqual(FaultPlan.Of(7, _five), FaultPlan.Of(8, _five));
    }

    [Fact]
    public void Every_kind_of_fault_comes_within_two_minutes_and_every_target_within_some_attacks()
    {
        foreach (var seed in Enumerable.Range(1, 50))
            Assert.Equal(Enum.GetValues<FaultKind>(), FaultPlan.Of(seed, _two).Select(fault => fault.Kind).Distinct().Order());
        var targets = Enumerable.Range(1, 10).SelectMany(seed => FaultPlan.Of(seed, _five))
            .Select(fault => fault.Target).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(Targets.Services.Concat(Targets.Links).Append(Targets.Postgres)
            .Append(Targets.RabbitMq).Except(targets, StringComparer.Ordinal));
    }

    [Fact]
    public void Nothing_is_done_to_what_something_is_being_done_to()
    {
        var faults = FaultPlan.Of(3, TimeSpan.FromMinutes(30));
        foreach (var (earlier, later) in faults.SelectMany((fault, index) => faults.Skip(index + 1).Select(other => (fault, other)))
            .Where(pair => pair.other.At < pair.fault.End))
        {
            Assert.NotEqual(earlier.Target, later.Target);
        }
    }

    [Theory]
    [InlineData(new[] { "--seed", "12", "--minutes", "0.5", "--email-rate", "50" }, "12 00:00:30 50")]
    [InlineData(new[] { "--seed", "12" }, "12 00:05:00 20")]
    [InlineData(new[] { "--seed" }, null)]
    [InlineData(new[] { "--email-rate", "0" }, null)]
    [InlineData(new[] { "--speed", "9" }, null)]
    public void Options_are_read_or_refused(string[] arguments, string? options) =>
        Assert.Equal(options, ChaosOptions.Parse(arguments) is { } parsed ? $"{parsed.Seed} {parsed.Length} {parsed.EmailRate}" : null);
}

using Mail.Tests.Fixtures;

namespace Mail.Tests.Chaos;

/// <summary>Two minutes of faults. Longer attacks, old requests and restores are for <c>./mail chaos</c>.</summary>
public sealed class TwoMinutesTests(ITestOutputHelper output)
{
    [Fact, Long]
    public async Task No_promise_is_broken_under_two_minutes_of_attack()
    {
        var report = await Attack.RunAsync(
            new ChaosOptions(Seed: 20261125, TimeSpan.FromMinutes(2), EmailRate: 20) { Thorough = false }, output.WriteLine,
            TestContext.Current.CancellationToken);
        output.WriteLine(report.ToString());
        Assert.Empty(report.Violations);
        // The attack was one: callers were answered, and e-mails arrived.
        Assert.InRange(report.Ledgers.Told.Count, 1000, int.MaxValue);
        Assert.InRange(report.Ledgers.Kept.Count, 500, int.MaxValue);
    }
}

namespace Mail.Bench.Email;

/// <summary>How much a subject is given: a rate is a rate, so the slower ones get less of it.</summary>
/// <param name="OneByOne">Stored by a call each, and cancelled by a call each.</param>
/// <param name="Burst">Due at the same instant.</param>
/// <param name="Seconds">For how long e-mails fall due one after another.</param>
/// <param name="Rates">How many a second then.</param>
/// <param name="Pending">How many others wait meanwhile, one measure each, in ascending order.</param>
/// <param name="Growth">The same, for what must not depend on it.</param>
internal sealed record EmailPlan(int OneByOne, int Burst, int Seconds, int[] Rates, int[] Pending, int[] Growth)
{
    /// <summary>Ours.</summary>
    internal static EmailPlan Ours(bool quick) => quick
        ? new(OneByOne: 500, Burst: 2_000, Seconds: 4, Rates: [100, 500], Pending: [0, 10_000], Growth: [1_000, 10_000])
        : new(
            OneByOne: 10_000, Burst: 20_000, Seconds: 20, Rates: [100, 500], Pending: [0, 100_000, 1_000_000],
            Growth: [10_000, 100_000, 1_000_000, 3_000_000]);

    /// <summary>Quartz.</summary>
    internal static EmailPlan Quartz(bool quick) => quick
        ? new(OneByOne: 300, Burst: 500, Seconds: 4, Rates: [100], Pending: [0, 10_000], Growth: [])
        : new(OneByOne: 3_000, Burst: 5_000, Seconds: 20, Rates: [100, 500], Pending: [0, 100_000], Growth: []);

    /// <summary>Hangfire, which could not do 500 a second.</summary>
    internal static EmailPlan Hangfire(bool quick) => quick
        ? new(OneByOne: 300, Burst: 300, Seconds: 4, Rates: [100], Pending: [0, 10_000], Growth: [])
        : new(OneByOne: 3_000, Burst: 3_000, Seconds: 20, Rates: [100], Pending: [0, 100_000], Growth: []);
}

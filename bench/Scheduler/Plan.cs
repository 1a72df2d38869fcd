using Mail.Bench.Subjects;

namespace Mail.Bench.Scheduler;

/// <summary>How much a subject is given: a rate is a rate, so the slower ones get less of it.</summary>
/// <param name="OneByOne">Scheduled one at a time.</param>
/// <param name="Cancelled">Of these, cancelled one at a time; and of those scheduled in bulk, cancelled in bulk.</param>
/// <param name="Burst">Due at the same instant.</param>
/// <param name="Bulk">Scheduled in bulk.</param>
/// <param name="Filled">Added to those by other means, before lateness is measured.</param>
/// <param name="Timed">Due one after another, a hundred a second.</param>
internal sealed record Plan(int OneByOne, int Cancelled, int Burst, int Bulk, int Filled, int Timed)
{
    private static readonly Plan _ours = new(OneByOne: 20_000, Cancelled: 10_000, Burst: 20_000, Bulk: 1_000_000, Filled: 0, Timed: 2_000);
    private static readonly Plan _quartz = new(OneByOne: 3_000, Cancelled: 1_000, Burst: 5_000, Bulk: 10_000, Filled: 90_000, Timed: 2_000);
    private static readonly Plan _hangfire = new(OneByOne: 3_000, Cancelled: 1_000, Burst: 2_000, Bulk: 0, Filled: 100_000, Timed: 2_000);

    internal static Plan For(string subject, Options options)
    {
        var plan = subject == OurScheduler.Id ? _ours : subject == QuartzSubject.Id ? _quartz : _hangfire;
        if (options.Quick)
            plan = new(plan.OneByOne / 10, plan.Cancelled / 10, plan.Burst / 10, plan.Bulk / 10, plan.Filled / 10, plan.Timed / 4);
        return options.Burst is { } burst ? plan with { Burst = burst } : plan;
    }
}

namespace Mail.Tests.Chaos;

/// <summary>Which fault comes when: all of it follows from the seed. Pure.</summary>
public static class FaultPlan
{
    private static readonly TimeSpan _first = TimeSpan.FromSeconds(5);

    // Twice as many chances for what the promise hangs on most.
    private static readonly (FaultKind Kind, IReadOnlyList<string> Targets, int Least, int Most)[] _kinds =
    [
        (FaultKind.Pause, Targets.Senders, 45, 45),
        (FaultKind.Kill, Targets.Senders, 0, 8),
        (FaultKind.Wipe, [Targets.RabbitMq], 1, 3),
        (FaultKind.ResetAfterDot, [Targets.Smtp], 1, 4),
        (FaultKind.Kill, [Targets.Postgres], 0, 4),
        (FaultKind.Stall, Targets.Links, 5, 25),
        (FaultKind.Kill, Targets.Schedulers, 0, 8),
        (FaultKind.Cut, Targets.Links, 0, 10),
        (FaultKind.Refuse, [Targets.Smtp], 3, 10),
        (FaultKind.Stop, Targets.Services, 0, 5),
        (FaultKind.Kill, [Targets.RabbitMq], 1, 3),
        (FaultKind.StallAfterDot, [Targets.Smtp], 1, 4),
        (FaultKind.Kill, Targets.Configs, 0, 8),
        (FaultKind.Cut, [.. Targets.Links.Where(link => link.StartsWith("sender", StringComparison.Ordinal))], 0, 35),
        (FaultKind.Pause, [.. Targets.Configs, .. Targets.Schedulers], 45, 45),
    ];

    // About as long as one takes; the next waits for its end.
    private static readonly TimeSpan _restore = TimeSpan.FromMinutes(1);
    private static readonly Fault _oldRequests =
        new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20), FaultKind.OldRequests, Targets.Postgres);

    /// <summary>The faults of an attack, in the order in which they begin; none on what another is being done to.</summary>
    /// <param name="seed">Decides all of it.</param>
    /// <param name="length">How long faults go on to begin, but for the restores.</param>
    /// <param name="thorough">
    /// Whether it begins with a million old requests, and ends, when all other faults are over, with a restore of each kind.
    /// </param>
    public static IReadOnlyList<Fault> Of(int seed, TimeSpan length, bool thorough = true)
    {
        var random = new Random(seed);
        List<Fault> faults = thorough ? [_oldRequests] : [];
        var at = _first;
        for (var round = 0; at < length; round++)
        {
            // One of each kind, and then one of each again; the long ones first, so that they end with the rest.
            foreach (var (kind, targets, least, most) in round == 0 ? _kinds : [.. _kinds.OrderBy(_ => random.Next())])
            {
                var free = targets.Where(target => !faults.Exists(other => other.End > at && Touches(other.Target, target))).ToList();
                if (at >= length || free.Count == 0)
                    continue;
                faults.Add(
                    new(at, TimeSpan.FromSeconds(least + (random.NextDouble() * (most - least))), kind, free[random.Next(free.Count)]));
                at += TimeSpan.FromSeconds(2 + (random.NextDouble() * 8));
            }
        }

        if (!thorough)
            return faults;
        var over = faults.Select(fault => fault.End).Append(length).Max();
        return
        [
            .. faults, new(over, _restore, FaultKind.RestoreDump, Targets.Postgres),
            new(over + _restore, _restore, FaultKind.RollBack, Targets.Postgres),
        ];
    }

    private static bool Touches(string one, string other) =>
        one == other || one.StartsWith($"{other}/", StringComparison.Ordinal) || other.StartsWith($"{one}/", StringComparison.Ordinal);
}

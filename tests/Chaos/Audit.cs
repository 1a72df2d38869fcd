namespace Mail.Tests.Chaos;

/// <summary>Holds the three ledgers against each other, promise by promise. Pure.</summary>
public static class Audit
{
    /// <summary>The most that a killed sender may leave in doubt: its connections.</summary>
    public const int Connections = 8;

    // What was done to a connection shows a moment later.
    private static readonly TimeSpan _slack = TimeSpan.FromSeconds(2);

    /// <summary>What was broken, and what is in doubt with the fault that explains it.</summary>
    public static AuditReport Of(Ledgers ledgers)
    {
        var shown = ledgers.Shown.ToDictionary(email => email.EmailId, StringComparer.Ordinal);
        var kept = ledgers.Kept.ToLookup(email => email.EmailId, StringComparer.Ordinal);
        var cancelled = ledgers.Told.Where(told => told.What == Told.Cancelled).ToLookup(told => told.EmailId, StringComparer.Ordinal);
        var unknown = ledgers.Shown.Where(email => email.Status == "unknown")
            .ToDictionary(email => email.EmailId, email => Explanation(email, ledgers.Faults), StringComparer.Ordinal);

        var violations = new List<Violation>();
        violations.AddRange(ledgers.FenceHolds.Select(reason => new Violation(Promise.HeldWithoutCause, "-", reason)));
        violations.AddRange(ledgers.Unheld.Select(restore => new Violation(Promise.NotHeld, "-", restore)));
        if (ledgers.NotForgotten > 0)
            violations.Add(new(Promise.Stuck, "-", $"{ledgers.NotForgotten} requests that are older than a day are still remembered"));
        violations.AddRange(ledgers.Told.Where(told => !shown.ContainsKey(told.EmailId)).DistinctBy(told => told.EmailId).Select(
            told => new Violation(Promise.Lost, told.EmailId, $"a caller was told of it ({told.Call}), and the API does not know it")));
        violations.AddRange(kept.Where(email => !shown.ContainsKey(email.Key))
            .Select(email => new Violation(Promise.WrongStatus, email.Key, "the server kept it, and the API does not know it")));
        violations.AddRange(kept.Where(email => email.Count() > 1)
            .Select(email => new Violation(Promise.Twice, email.Key, $"the server kept it {email.Count()} times")));
        violations.AddRange(kept.Where(email => cancelled.Contains(email.Key)).Select(email => new Violation(
            Promise.AfterCancel, email.Key, $"{cancelled[email.Key].First().Call} was acknowledged, and the server kept it")));
        foreach (var email in ledgers.Shown)
            violations.AddRange(Judge(email, [.. kept[email.EmailId]]));
        violations.AddRange(unknown.Where(email => email.Value is null)
            .Select(email => new Violation(Promise.WrongStatus, email.Key, "it is in doubt, and no fault explains it")));
        violations.AddRange(
            unknown.Where(email => email.Value is { Kind: FaultKind.Kill, Target: not Targets.Postgres }).GroupBy(email => email.Value!)
                .Where(kill => kill.Count() > Connections).Select(kill => new Violation(
                    Promise.WrongStatus, kill.First().Key, $"{kill.Key} left {kill.Count()} in doubt, more than its connections")));
        return new(
            violations,
            unknown.Where(email => email.Value is not null).ToDictionary(email => email.Key, email => email.Value!, StringComparer.Ordinal),
            ledgers);
    }

    private static IEnumerable<Violation> Judge(Shown email, IReadOnlyList<Kept> kept)
    {
        if (email.Status is "pending" or "sending")
            yield return new(Promise.Stuck, email.EmailId, $"it is still {email.Status}");
        if (email.Status == "sent" && kept.Count == 0)
            yield return new(Promise.Lost, email.EmailId, "it shows as sent, and the server did not keep it");
        if (kept.Count > 0 && email.Status is not ("sent" or "unknown"))
            yield return new(Promise.WrongStatus, email.EmailId, $"the server kept it, and it shows as {email.Status}");
        if (kept.Any(each => each.Dot < email.Scheduled))
        {
            yield return new(
                Promise.Early, email.EmailId,
                $"due at {email.Scheduled:HH:mm:ss.fff}, handed over at {kept.Min(each => each.Dot):HH:mm:ss.fff}");
        }
    }

    // The nearest to the hand-over of those that were going on during it.
    private static Fault? Explanation(Shown email, IEnumerable<Fault> faults)
    {
        var sending = email.Timeline.LastOrDefault(line => line.Event == "sending");
        var unknown = email.Timeline.LastOrDefault(line => line.Event == "unknown");
        if (sending is null || unknown is null)
            return null;
        return faults.Where(
            fault => fault.LeavesDoubt && Concerns(fault, sending.By) && fault.At < unknown.At && fault.End + _slack > sending.At)
            .OrderBy(fault => (fault.At - sending.At).Duration()).FirstOrDefault();
    }

    private static bool Concerns(Fault fault, string sender) =>
        fault.Target is Targets.Smtp or Targets.Postgres || fault.Target == sender
        || fault.Target.StartsWith($"{sender}/", StringComparison.Ordinal);
}

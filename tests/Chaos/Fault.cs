namespace Mail.Tests.Chaos;

/// <summary>What is done to the system.</summary>
public enum FaultKind
{
    /// <summary>SIGKILL, and a start after a while.</summary>
    Kill,

    /// <summary>SIGTERM, and a start after a while: leaves nothing in doubt.</summary>
    Stop,

    /// <summary>SIGSTOP for 45 s, longer than a sender's claims live, and SIGCONT.</summary>
    Pause,

    /// <summary>SIGKILL of RabbitMQ, and a start with nothing of what it kept.</summary>
    Wipe,

    /// <summary>Every connection over a link is closed, and none is made for a while.</summary>
    Cut,

    /// <summary>Connections over a link stay open, and nothing passes.</summary>
    Stall,

    /// <summary>The SMTP server refuses, for now or for good.</summary>
    Refuse,

    /// <summary>The SMTP server keeps a message and resets the connection in place of a reply.</summary>
    ResetAfterDot,

    /// <summary>The SMTP server keeps a message and says nothing.</summary>
    StallAfterDot,

    /// <summary>A million requests that carried an Idempotency-Key are old enough to be forgotten, all at once.</summary>
    OldRequests,

    /// <summary>An older dump is restored into the running database, under running services.</summary>
    RestoreDump,

    /// <summary>
    /// An older data directory of PostgreSQL is put in place, beside a RabbitMQ that lost all it had, and everything is started anew.
    /// </summary>
    RollBack,
}

/// <summary>One fault.</summary>
/// <param name="At">When it begins, after the attack has.</param>
/// <param name="Length">How long it lasts; what was ended is started again then.</param>
/// <param name="Kind">What is done.</param>
/// <param name="Target">To whom: a service's instance, a server, or a link such as <c>sender-1/postgres</c>.</param>
public sealed record Fault(TimeSpan At, TimeSpan Length, FaultKind Kind, string Target)
{
    /// <summary>When it is over.</summary>
    public TimeSpan End => At + Length;

    /// <summary>Whether it is done alone, after all others are over and while nobody calls.</summary>
    public bool IsRestore => Kind is FaultKind.RestoreDump or FaultKind.RollBack;

    /// <summary>Whether an e-mail that is being handed over may be in doubt after it.</summary>
    public bool LeavesDoubt => Kind is FaultKind.ResetAfterDot or FaultKind.StallAfterDot
        || (Kind is FaultKind.Kill && (Target.StartsWith("sender", StringComparison.Ordinal) || Target == Targets.Postgres))
        || (Kind is FaultKind.Pause && Target.StartsWith("sender", StringComparison.Ordinal))
        || (Kind is FaultKind.Cut or FaultKind.Stall && Target.StartsWith("sender", StringComparison.Ordinal)
            && !Target.EndsWith(Targets.RabbitMq, StringComparison.Ordinal));

    public override string ToString() =>
        FormattableString.Invariant($"{At.TotalSeconds,6:0.0} s  {Kind,-13} {Target,-22} {Length.TotalSeconds:0.0} s");
}

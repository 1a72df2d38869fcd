using System.Globalization;
using System.Text;

namespace Mail.Tests.Chaos;

/// <summary>What the system promises, each by the way in which it would be broken.</summary>
public enum Promise
{
    Lost,
    Twice,
    AfterCancel,
    Early,
    WrongStatus,
    Stuck,
    HeldWithoutCause,
    NotHeld,
}

/// <summary>A broken promise.</summary>
public sealed record Violation(Promise Promise, string EmailId, string What);

/// <summary>What an audit found; as text, for people.</summary>
/// <param name="Violations">Each broken promise.</param>
/// <param name="Unknown">E-mails in doubt, each with the fault that explains it.</param>
/// <param name="Ledgers">What was audited.</param>
public sealed record AuditReport(IReadOnlyList<Violation> Violations, IReadOnlyDictionary<string, Fault> Unknown, Ledgers Ledgers)
{
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{Ledgers.Told.Count} answers named {Ledgers.Told.Select(told => told.EmailId).Distinct(StringComparer.Ordinal).Count()} "
            + $"e-mails; the API shows {Ledgers.Shown.Count}; the server kept {Ledgers.Kept.Count}; {Ledgers.Faults.Count} faults");
        text.AppendLine(string.Join(
            ", ",
            Ledgers.Shown.GroupBy(email => email.Status, StringComparer.Ordinal).OrderByDescending(status => status.Count())
                .Select(status => FormattableString.Invariant($"{status.Key} {status.Count()}"))));
        text.AppendLine();
        foreach (var promise in Enum.GetValues<Promise>())
            text.AppendLine(CultureInfo.InvariantCulture, $"{promise,-17}{Violations.Count(violation => violation.Promise == promise),5}");
        text.AppendLine(CultureInfo.InvariantCulture, $"{"unknown",-17}{Unknown.Count,5}");
        foreach (var fault in Unknown.GroupBy(email => email.Value).OrderBy(fault => fault.Key.At))
            text.AppendLine(CultureInfo.InvariantCulture, $"  {fault.Count(),3} by {fault.Key}");
        foreach (var offender in Violations.GroupBy(violation => violation.EmailId, StringComparer.Ordinal))
            Tell(text, offender.Key, offender);
        return text.ToString();
    }

    private void Tell(StringBuilder text, string emailId, IEnumerable<Violation> violations)
    {
        text.AppendLine().AppendLine(emailId);
        foreach (var violation in violations)
            text.AppendLine(CultureInfo.InvariantCulture, $"  {violation.Promise}: {violation.What}");
        var lines = Ledgers.Told.Where(told => told.EmailId == emailId).Select(told => (told.At, $"caller  {told.What}, by {told.Call}"))
            .Concat(Ledgers.Kept.Where(kept => kept.EmailId == emailId).Select(kept => (kept.At, "server  kept it")))
            .Concat(Ledgers.Shown.Where(email => email.EmailId == emailId).SelectMany(email => email.Timeline)
                .Select(line => (line.At, $"system  {line.Event} {line.Detail} by {line.By}")))
            .ToList();
        if (lines.Count == 0)
            return;
        var (from, to) = (lines.Min(line => line.At) - TimeSpan.FromSeconds(5), lines.Max(line => line.At));
        lines.AddRange(Ledgers.Faults.Where(fault => fault.At < to && fault.End > from)
            .Select(fault => (fault.At, $"fault   {fault.Kind} {fault.Target} until {fault.End.TotalSeconds:0.0} s")));
        foreach (var (at, what) in lines.OrderBy(line => line.At))
            text.AppendLine(CultureInfo.InvariantCulture, $"  {at.TotalSeconds,8:0.000} s  {what}");
    }
}

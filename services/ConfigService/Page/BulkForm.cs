using System.Globalization;
using Mail.ConfigService.Bulk;
using Mail.ConfigService.Problems;

namespace Mail.ConfigService.Page;

/// <summary>What the form of the list says: what to do, and to which e-mails.</summary>
/// <param name="Change">What to do; with the ids where e-mails were selected, else with what finds them.</param>
/// <param name="Line">The search that the list showed.</param>
internal sealed record BulkForm(BulkChange Change, string Line)
{
    /// <summary>Whether it is known when e-mails are to be sent, where they are moved.</summary>
    internal bool IsComplete => Change is { Action: not BulkAction.Move } or { To: not null } or { By: not null };

    /// <summary>Reads it.</summary>
    /// <exception cref="ProblemException">It names no action or no e-mails.</exception>
    internal static BulkForm Read(IFormCollection form, SearchLine line)
    {
        var action = form["action"].ToString();
        if (!BulkAction.All.Contains(action, StringComparer.Ordinal))
            throw new ProblemException(ProblemCodes.InvalidBody, "Say what to do: choose one of the actions. Nothing changed.");
        var matching = form["matching"] == "true";
        List<Guid> ids = [.. form["id"].Concat(form["ids"].ToString().Split(' ')).Select(IdOf).OfType<Guid>().Distinct()];
        if (!matching && ids.Count == 0)
            throw new ProblemException(ProblemCodes.InvalidBody, "No e-mail was selected. Nothing changed.");
        if (matching && (line.Faults.Count > 0 || line.Terms.Count == 0))
            throw new ProblemException(ProblemCodes.InvalidBody, "The search says nothing that e-mails could match. Nothing changed.");
        return new(
            new BulkChange(
                action, matching ? null : ids, matching ? line.Wanted : null, LocalTime.Read(form["to"], form["to_offset"], "to"),
                ReadBy(form["by"])),
            line.Text);
    }

    private static Guid? IdOf(string? text) => Guid.TryParseExact(text, "D", out var id) ? id : null;

    // In minutes: what is off by less is not moved by a person.
    private static TimeSpan? ReadBy(string? minutes)
    {
        if (string.IsNullOrWhiteSpace(minutes))
            return null;
        return int.TryParse(minutes.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var by)
            && by is not 0 and > -10_000_000 and < 10_000_000
                ? TimeSpan.FromMinutes(by)
                : throw new ProblemException(
                    ProblemCodes.InvalidBody, "By how many minutes is no number: write 90, or -30 for earlier. Nothing changed.");
    }
}

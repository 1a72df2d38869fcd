using Mail.ConfigService.Emails;
using Mail.Store;

namespace Mail.ConfigService.Page;

/// <summary>
/// A search in one line, such as <c>to:ada status:failed client:webshop due:today reason:"user unknown"</c>. All of it must be true of an
/// e-mail; several statuses are alternatives. Pure.
/// </summary>
/// <param name="Terms">Its parts, in their order.</param>
/// <param name="Faults">What can't be understood; nothing is then searched, since what is left out would find more.</param>
public sealed record SearchLine(IReadOnlyList<SearchTerm> Terms, IReadOnlyList<string> Faults)
{
    private const int MaxLength = 2000;
    private const string IsDismissed = "dismissed";

    /// <summary>The names of terms.</summary>
    internal static IReadOnlyList<string> Names { get; } =
        ["to", "subject", "client", "key", "status", "due", "reason", "verdict", "domain", "is"];

    /// <summary>What it asks for.</summary>
    internal EmailSearch.Wanted Wanted { get; private init; } = new();

    /// <summary>The line itself.</summary>
    public string Text => string.Join(' ', Terms);

    /// <summary>The line without one of its terms.</summary>
    public string Without(SearchTerm term) => string.Join(' ', Terms.Where(each => !ReferenceEquals(each, term)));

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="now">What is now.</param>
    /// <param name="zone">The viewer's zone, in which days are.</param>
    internal static SearchLine Parse(string? line, DateTimeOffset now, TimeZoneInfo zone)
    {
        var text = (line ?? "").Replace("\0", "", StringComparison.Ordinal);
        SearchTerm[] terms = [.. SearchTerm.Read(text.Length > MaxLength ? text[..MaxLength] : text, Names)];
        var (wanted, faults) = (new EmailSearch.Wanted(), new List<string>());
        if (text.Length > MaxLength)
            faults.Add($"The line is longer than {MaxLength} characters.");
        foreach (var term in terms)
        {
            if (term.Name is not (null or "status" or "is") && terms.Count(other => other.Name == term.Name) > 1)
                faults.Add($"{term.Name}: is given more than once.");
            else if (term.Value.Length == 0)
                faults.Add($"{term.Name}: has no value.");
            else
                wanted = Apply(term, wanted, now, zone, faults);
        }

        return new(terms, [.. faults.Distinct(StringComparer.Ordinal)]) { Wanted = wanted };
    }

    private static EmailSearch.Wanted Apply(
        SearchTerm term, EmailSearch.Wanted wanted, DateTimeOffset now, TimeZoneInfo zone, List<string> faults) => term.Name switch
    {
        "to" => wanted with { Recipient = term.Value },
        "subject" => wanted with { Subject = term.Value },
        "client" => wanted with { ClientId = term.Value },
        "key" => wanted with { Key = term.Value },
        "reason" => wanted with { Reason = term.Value },
        "verdict" => wanted with { Verdict = term.Value },
        "domain" => wanted with { Domain = term.Value },
        "status" => wanted with { Statuses = [.. wanted.Statuses.Union(Statuses(term, faults), StringComparer.Ordinal)] },
        "due" => DueTerm.Read(term.Value, now, zone) is { } due
            ? wanted with { DueFrom = due.From, DueTo = due.To }
            : Fault(
                wanted, faults,
                $"due:{term.Value} is no time: write today, tomorrow, yesterday, last-24h, next-24h, last-7d, 2026-12-01 or "
                + "2026-12-01..2026-12-03."),
        "is" => Kind(term, wanted, faults),
        _ => wanted with { Words = [.. wanted.Words, term.Value] },
    };

    private static string[] Statuses(SearchTerm term, List<string> faults)
    {
        var statuses = term.Value.ToLowerInvariant().Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (statuses.Length == 0)
            faults.Add($"status:{term.Value} names none: it is one of {string.Join(", ", EmailStatus.All)}.");
        if (statuses.Except(EmailStatus.All, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            faults.Add($"status:{unknown} is none: it is one of {string.Join(", ", EmailStatus.All)}.");
        return statuses;
    }

    private static EmailSearch.Wanted Kind(SearchTerm term, EmailSearch.Wanted wanted, List<string> faults)
    {
        var kind = term.Value.ToLowerInvariant();
        if (kind == IsDismissed)
            return wanted with { Dismissed = true };
        if (!SearchKinds.All.Contains(kind, StringComparer.Ordinal))
            return Fault(wanted, faults, $"is:{term.Value} is none: it is one of {string.Join(", ", SearchKinds.All)}, {IsDismissed}.");
        return wanted.Kind is not null && wanted.Kind != kind
            ? Fault(wanted, faults, $"is:{wanted.Kind} and is:{kind} exclude each other.")
            : wanted with { Kind = kind };
    }

    private static EmailSearch.Wanted Fault(EmailSearch.Wanted wanted, List<string> faults, string sentence)
    {
        faults.Add(sentence);
        return wanted;
    }
}

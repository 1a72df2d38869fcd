using Mail.ConfigService.Requests;
using Microsoft.AspNetCore.Http.Extensions;

namespace Mail.ConfigService.Page;

/// <summary>A search and how it is shown: all that the address says.</summary>
/// <param name="Line">What is searched.</param>
/// <param name="Size">How many e-mails a page has.</param>
/// <param name="Zone">The viewer's zone, which the script adds where days are named; null for UTC.</param>
public sealed record SearchForm(SearchLine Line, int Size, string? Zone = null)
{
    internal const int DefaultSize = 50;

    /// <summary>The sizes that a page may have.</summary>
    internal static IReadOnlyList<int> Sizes { get; } = [25, DefaultSize, 100, 250, 500];

    // Fields of the form, and the terms that they become.
    private static readonly (string Field, string Term)[] _fields =
        [("recipient", "to"), ("subject", "subject"), ("client", "client"), ("key", "key")];

    /// <summary>The parameters of the form with a field each.</summary>
    internal static IReadOnlyList<string> Fields { get; } =
        [.. _fields.Select(each => each.Field), "status", "from", "from_offset", "until", "until_offset"];

    /// <summary>The value of a term, for its field.</summary>
    internal string? ValueOf(string term) => Line.Terms.FirstOrDefault(each => each.Name == term)?.Value;

    /// <summary>The address of this search, from a place on.</summary>
    internal string PathOf(string? after = null, int? size = null) => PathOf(Line.Text, size ?? Size, after, Zone);

    /// <summary>The address of this search without one of its terms.</summary>
    internal string PathWithout(SearchTerm term) => PathOf(Line.Without(term), Size, after: null, Zone);

    /// <summary>The time zone of a name; UTC where there is none of it.</summary>
    internal static TimeZoneInfo ZoneOf(string? name) =>
        name is { Length: > 0 and < 64 } && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>The address of a search.</summary>
    internal static string PathOf(string line, int size = DefaultSize, string? after = null, string? zone = null)
    {
        var query = new QueryBuilder();
        if (line.Length > 0)
            query.Add("q", line);
        if (size != DefaultSize)
            query.Add("size", size.ToString(System.Globalization.CultureInfo.InvariantCulture));
        // Without days the zone does not matter.
        if (zone is not null && line.Contains("due:", StringComparison.Ordinal))
            query.Add("zone", zone);
        if (after is not null)
            query.Add("after", after);
        return $"/emails{query.ToQueryString()}";
    }

    /// <summary>The line that fields come to; null where the address has none.</summary>
    internal static string? LineOf(Query query)
    {
        if (!Fields.Any(field => query.Values(field).Count > 0))
            return null;
        var terms = _fields
            .Select(each => new SearchTerm(each.Term, query.Value(each.Field)?.Trim() ?? ""))
            .Append(new("status", string.Join(',', query.Values("status"))))
            .Where(term => term.Value.Length > 0).ToList();
        var from = LocalTime.Read(query.Value("from"), query.Value("from_offset"), "from");
        var until = LocalTime.Read(query.Value("until"), query.Value("until_offset"), "until");
        if (from is not null || until is not null)
            terms.Add(new("due", $"{Text(from)}..{Text(until)}"));
        string[] parts = [query.Value("q")?.Trim() ?? "", .. terms.Select(term => term.ToString())];
        return string.Join(' ', parts.Where(part => part.Length > 0));

        static string Text(DateTimeOffset? time) => time is { } at ? MailJson.Format(at) : "";
    }
}

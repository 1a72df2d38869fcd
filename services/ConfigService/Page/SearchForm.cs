using Microsoft.AspNetCore.Http.Extensions;

namespace Mail.ConfigService.Page;

/// <summary>What was put into the form of <c>/emails</c>, as it was put in.</summary>
public sealed record SearchForm
{
    public string? Recipient { get; init; }
    public string? Subject { get; init; }
    public string? Client { get; init; }
    public string? Key { get; init; }
    public IReadOnlyList<string> Statuses { get; init; } = [];
    public string? From { get; init; }
    public string? FromOffset { get; init; }
    public string? Until { get; init; }
    public string? UntilOffset { get; init; }

    /// <summary>Whether anything narrows the search.</summary>
    public bool Any => Recipient is not null || Subject is not null || Client is not null || Key is not null || Statuses.Count > 0
        || From is not null || Until is not null;

    /// <summary>The address of this search, from a place on.</summary>
    internal string PathOf(string? after)
    {
        var query = new QueryBuilder();
        foreach (var (name, value) in new[]
        {
            ("recipient", Recipient), ("subject", Subject), ("client", Client), ("key", Key),
            ("from", From), ("from_offset", FromOffset), ("until", Until), ("until_offset", UntilOffset), ("after", after),
        })
        {
            if (value is not null)
                query.Add(name, value);
        }

        foreach (var status in Statuses)
            query.Add("status", status);
        return $"/emails{query.ToQueryString()}";
    }
}

using Mail.ConfigService.Emails;
using Mail.ConfigService.Requests;
using Mail.ConfigService.Series;
using Mail.Store;
using Npgsql;

namespace Mail.ConfigService.EmailConfigs;

/// <summary>The series of a config that is saved, held against those of the one before.</summary>
internal sealed class ConfigSeries
{
    private readonly List<WantedItem> _items;
    private readonly List<WantedItem> _all;

    internal ConfigSeries(IReadOnlyCollection<ConfigItem> before, List<WantedItem> all, TimeZones zones)
    {
        Current = before.ToDictionary(item => item.Key, StringComparer.Ordinal);
        _all = all;
        _items = all.FindAll(item => item.Series is not null);
        Gone = [.. Current.Keys.Except(_items.Select(item => item.Key), StringComparer.Ordinal)];
        Changed = [.. _items.Where(item => !IsSame(item, zones)).Select(item => new WantedSeries(
            item.Key, () => item.Content, item.Series!, item.Series!.Recurrence!.Valid!, SaysTheSame(item)))];
    }

    /// <summary>Those of the config as it stands, by key.</summary>
    internal Dictionary<string, ConfigItem> Current { get; }

    /// <summary>Those that are new or changed.</summary>
    internal List<WantedSeries> Changed { get; }

    /// <summary>The keys of those that are gone.</summary>
    internal List<string> Gone { get; }

    /// <summary>The keys of those of the config as it stands, and of those that it is to have.</summary>
    internal List<string> Keys => [.. Current.Keys.Union(_items.Select(item => item.Key), StringComparer.Ordinal)];

    /// <summary>Whether there is anything to write.</summary>
    internal bool Any => Changed.Count + Gone.Count > 0
        || _items.Exists(item => Current.GetValueOrDefault(item.Key)?.Template != item.Template);

    /// <summary>As they are stored; null where there are none.</summary>
    internal List<ConfigItem>? Stored => _items.Count == 0 ? null : _items.ConvertAll(item => item.Stored(Guid.Empty));

    /// <summary>Adds what can't be saved so.</summary>
    internal void AddConflicts(SeriesSave save, DateTimeOffset now, Errors errors)
    {
        foreach (var item in _items)
        {
            if (!save.Changes.TryGetValue(item.Key, out var change))
                continue;
            SeriesRules.Check(change, item.Series!.Recurrence!.Valid!, item.Input.Pointer, now, errors);
        }
    }

    /// <summary>The next pending occurrence of each, as the database has it.</summary>
    internal Task<Dictionary<string, NextOccurrence>> WaitingAsync(
        NpgsqlConnection connection, string clientId, DateTimeOffset now, CancellationToken cancellationToken) => _items.Count == 0
        ? Task.FromResult(new Dictionary<string, NextOccurrence>(StringComparer.Ordinal))
        : SeriesOccurrences.WaitingAsync(
            connection, clientId, [.. _items.Select(item => item.Key)], SeriesSave.Earliest(now), cancellationToken);

    /// <summary>What the save came to, or would come to.</summary>
    internal SeriesAnswer Answer(SeriesSave save, Dictionary<string, NextOccurrence> waiting) => new(
        [.. _all.Select(item => item.Key)],
        _items.ConvertAll(item => Saved(item, save.Changes.GetValueOrDefault(item.Key), waiting.GetValueOrDefault(item.Key))),
        [
            .. save.Changes.SelectMany(each => each.Value.Removed).Concat(save.Gone)
                .Select(email => new RemovedItem(email.Key!, email.Id, EmailStatus.Cancelled)),
        ],
        [.. save.TooLate.Select(email => new TooLate(email.Key!, email.Id, email.Status))]);

    private SavedItem Saved(WantedItem item, SeriesChange? change, NextOccurrence? waiting)
    {
        if (change is null)
        {
            return new(
                item.Key, SaveAction.Kept, waiting?.Id, Supersedes: null, waiting is null ? null : EmailStatus.Pending, waiting?.Due,
                new(0, waiting?.Waiting ?? 0, 0, 0));
        }

        var due = change.Next().Due;
        var counts = new OccurrenceCounts(
            change.TopUp.New.Count, change.Kept.Count + change.Moved.Count, change.Superseded.Count, change.Removed.Count);
        var action = !Current.ContainsKey(item.Key) ? SaveAction.Scheduled
            : counts.Scheduled + counts.Superseded + counts.Removed == 0 ? SaveAction.Kept
            : SaveAction.Superseded;
        // On a dry run the database has the e-mail that stands there now.
        return new(
            item.Key, action, waiting?.Due == due ? waiting?.Id : null, Supersedes: null, due is null ? null : EmailStatus.Pending, due,
            counts);
    }

    private bool SaysTheSame(WantedItem item) => Current.TryGetValue(item.Key, out var old) && item.IsSameAs(old)
        && old.SendWithinSeconds == item.Series!.SendWithinSeconds;

    private bool IsSame(WantedItem item, TimeZones zones) =>
        SaysTheSame(item) && Recurrence.AreSame(Current[item.Key].Recurrence!, item.Series!.Recurrence!.Valid!, zones);
}

/// <summary>What a save came to for the series of a config.</summary>
/// <param name="Keys">The keys of all items, in the order given.</param>
/// <param name="Items">Each series.</param>
/// <param name="Removed">Occurrences that were taken back.</param>
/// <param name="TooLate">Occurrences that are gone or changed, and are being sent.</param>
internal sealed record SeriesAnswer(
    IReadOnlyList<string> Keys, IReadOnlyList<SavedItem> Items, IReadOnlyList<RemovedItem> Removed, IReadOnlyList<TooLate> TooLate)
{
    /// <summary>The items in the order given.</summary>
    internal IReadOnlyList<SavedItem> InOrder(IReadOnlyList<SavedItem> single)
    {
        if (Items.Count == 0)
            return single;
        var byKey = single.Concat(Items).ToDictionary(item => item.Key, StringComparer.Ordinal);
        return [.. Keys.Select(key => byKey[key])];
    }

    /// <summary>With the occurrences, each counted as an e-mail.</summary>
    internal ConfigChanges Plus(ConfigChanges single) => new(
        single.Scheduled + Items.Sum(item => item.Occurrences!.Scheduled), single.Kept + Items.Sum(item => item.Occurrences!.Kept),
        single.Superseded + Items.Sum(item => item.Occurrences!.Superseded), single.Removed + Removed.Count,
        [.. single.TooLate, .. TooLate]);
}

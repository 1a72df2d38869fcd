using System.Text.Json.Serialization;

namespace Mail.Store;

/// <summary>A client's configuration of e-mails as it was last saved. Its row is the lock that serialises saves.</summary>
public sealed record EmailConfig
{
    /// <summary>The client's id.</summary>
    public required string Id { get; init; }

    /// <summary>Counts saves that changed something, from 1, and goes on after a delete.</summary>
    public required long Revision { get; init; }

    public required DateTimeOffset SavedAt { get; init; }

    /// <summary>Whether the client deleted it. The row stays, so that a revision is never given out twice.</summary>
    public bool Deleted { get; init; }

    public List<ConfigItem> Items { get; init; } = [];

    /// <summary>
    /// The items that are series; null where there are none. They stand for no e-mail of their own. The database drops what it knows of a
    /// client's series when its config is saved without any.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public List<ConfigItem>? Series { get; init; }

    /// <summary>The keys of all items in the order in which they were saved; null where there are no series.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public List<string>? Order { get; init; }

    /// <summary>All items, those that are series too, in the order in which they were saved.</summary>
    public List<ConfigItem> InOrder()
    {
        List<ConfigItem> all = [.. Items, .. Series ?? []];
        // An earlier version keeps no order.
        if (Order is null)
            return all;
        var places = Order.Select((key, place) => (key, place)).ToDictionary(each => each.key, each => each.place, StringComparer.Ordinal);
        return [.. all.OrderBy(item => places.GetValueOrDefault(item.Key, int.MaxValue))];
    }
}

/// <summary>One item of a config, as saved.</summary>
/// <param name="Key">The caller's name for it, or one made from its content.</param>
/// <param name="EmailId">The e-mail that it stands for.</param>
/// <param name="Fingerprint">The SHA-256 of content and time, by which a save knows what changed.</param>
/// <param name="ScheduledDatetime">As saved; the e-mail's own may have been moved since by send-now.</param>
/// <param name="SendBefore">As saved; null where the caller left it out.</param>
public sealed record ConfigItem(string Key, Guid EmailId, string Fingerprint, DateTimeOffset ScheduledDatetime, DateTimeOffset? SendBefore)
{
    /// <summary>What it says of its template; null where it is written out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ItemTemplate? Template { get; init; }

    /// <summary>
    /// The local time that its time follows from; null where it is an instant alone. <c>ScheduledDatetime</c> is then the instant that it
    /// was when the item was first saved, whatever the rules of the zone have become since.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WallClock? Local { get; init; }

    /// <summary>When it occurs, for a series; its time is then the earliest there is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Recurrence? Recurrence { get; init; }

    /// <summary>For how many seconds an occurrence is worth sending, where a series says so.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? SendWithinSeconds { get; init; }

    /// <summary>An e-mail that the config no longer names, as an item that is gone.</summary>
    public static ConfigItem Left(string key, Guid emailId) => new(key, emailId, "", default, SendBefore: null);
}

/// <summary>What one save did. Kept for good: it is the answer to "who changed this, and when?".</summary>
public sealed record ConfigRevision
{
    /// <summary><c>client/revision</c>.</summary>
    public required string Id { get; init; }

    public required string ClientId { get; init; }
    public required long Revision { get; init; }
    public required DateTimeOffset SavedAt { get; init; }

    /// <summary><c>operator</c>, or the name of the client key.</summary>
    public required string SavedBy { get; init; }

    public required ConfigChanges Changes { get; init; }

    /// <summary>The e-mails that the save created, for SchedulerService to schedule.</summary>
    public List<Guid> Scheduled { get; init; } = [];

    /// <summary>The e-mails that the save cancelled, for SchedulerService to cancel.</summary>
    public List<Guid> Cancelled { get; init; } = [];

    public static string IdOf(string clientId, long revision) => $"{clientId}/{revision}";
}

/// <summary>What a save changed, in numbers.</summary>
/// <param name="Scheduled">Brand-new e-mails; one whose predecessor was no longer pending is brand-new too.</param>
/// <param name="Kept">Items that did not change.</param>
/// <param name="Superseded">Items that changed while pending: the old e-mail cancelled, a new one in its place.</param>
/// <param name="Removed">E-mails cancelled because their item is gone.</param>
/// <param name="TooLate">Items that are gone, but whose e-mail is already being sent.</param>
public sealed record ConfigChanges(int Scheduled, int Kept, int Superseded, int Removed, IReadOnlyList<TooLate> TooLate);

/// <summary>An e-mail that could not be taken back.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Id">Its id.</param>
/// <param name="Status">Where it stands: <c>sending</c>.</param>
public sealed record TooLate(string Key, Guid Id, [property: EmailStatus] string Status);

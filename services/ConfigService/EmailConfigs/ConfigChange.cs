using Mail.ConfigService.Emails;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.EmailConfigs;

/// <summary>
/// What a save changes: the new items held against the current ones and where their e-mails stand. Pure; the table in the
/// API's documentation, row by row.
/// </summary>
/// <param name="Items">What happens to each item.</param>
/// <param name="Removed">Pending e-mails that are cancelled, since the new config does not name them.</param>
/// <param name="Running">
/// E-mails that the new config does not name, whose attempt is under way or in doubt: they are not tried again.
/// </param>
/// <param name="TooLate">Those of them that are being sent.</param>
/// <param name="Conflicts">Items that can't be saved so.</param>
/// <param name="Forgets">Whether an item is gone.</param>
internal sealed record ConfigChange(
    IReadOnlyList<ConfigChange.Item> Items, IReadOnlyList<ConfigItem> Removed, IReadOnlyList<ConfigItem> Running,
    IReadOnlyList<TooLate> TooLate, IReadOnlyList<ConfigChange.Conflict> Conflicts, bool Forgets)
{
    /// <summary>What happens to one item of the new config, in the order given.</summary>
    /// <param name="Action">What happens.</param>
    /// <param name="Wanted">The item.</param>
    /// <param name="Old">What stands under its key; null for a new key.</param>
    /// <param name="OldIsRunning">Whether the attempt of the old one is under way or in doubt: it is not tried again.</param>
    /// <param name="IsRezoned">Whether it is kept, and follows from another local time: the same instant by other clocks.</param>
    internal sealed record Item(Action Action, WantedItem Wanted, ConfigItem? Old, bool OldIsRunning = false, bool IsRezoned = false);

    /// <summary>An item that can't be saved so.</summary>
    /// <param name="Index">Its place in <see cref="Items"/>.</param>
    /// <param name="Code">The error's code.</param>
    /// <param name="Sentence">What is wrong.</param>
    internal sealed record Conflict(int Index, ProblemCode Code, string Sentence);

    internal enum Action
    {
        /// <summary>Nothing changes: same id, status untouched.</summary>
        Keep,

        /// <summary>A new e-mail.</summary>
        Schedule,

        /// <summary>A new e-mail in the place of one that is cancelled.</summary>
        Supersede,
    }

    /// <summary>Whether there is anything to write.</summary>
    internal bool Any =>
        Forgets || Items.Any(item => item.Action != Action.Keep || item.IsRezoned || item.Old!.Template != item.Wanted.Template);

    /// <summary>Decides.</summary>
    /// <param name="current">The config as it stands; empty where there is none.</param>
    /// <param name="statuses">Where the e-mails of the current items stand.</param>
    /// <param name="wanted">The new items.</param>
    /// <param name="left">Pending e-mails that an earlier config has left behind.</param>
    /// <param name="now">By the database's clock.</param>
    /// <param name="zones">The time zones, of which names that mean the same are the same; null for those of this build.</param>
    internal static ConfigChange Decide(
        IReadOnlyCollection<ConfigItem> current, IReadOnlyDictionary<Guid, string> statuses, IReadOnlyList<WantedItem> wanted,
        IReadOnlyCollection<ConfigItem> left, DateTimeOffset now, TimeZones? zones = null)
    {
        zones ??= TimeZones.BuiltIn;
        var byKey = current.ToDictionary(item => item.Key, StringComparer.Ordinal);
        var items = new List<Item>(wanted.Count);
        var conflicts = new List<Conflict>();
        for (var index = 0; index < wanted.Count; index++)
        {
            var item = wanted[index];
            byKey.Remove(item.Key, out var old);
            if (old is not null && item.IsSameAs(old))
            {
                items.Add(new(
                    Action.Keep, item, old, IsRezoned: !WallClock.AreSame(old.Local, item.Input.Local?.Clock, zones)));
                continue;
            }

            var oldStatus = old is null ? null : statuses[old.EmailId];
            items.Add(new(oldStatus == EmailStatus.Pending ? Action.Supersede : Action.Schedule, item, old, IsRunning(oldStatus)));
            if (oldStatus is EmailStatus.Sending or EmailStatus.Sent or EmailStatus.Unknown && item.Due <= now)
            {
                conflicts.Add(new(
                    index, ProblemCodes.AlreadySent,
                    $"was changed, but the e-mail is already {oldStatus}: give it a time in the future to send another"));
            }
            else if (RefuseTimes(item.Input, now) is var (code, sentence))
                conflicts.Add(new(index, code, sentence));
        }

        var gone = byKey.Values.ToList();
        return new(
            items,
            [.. gone.Where(item => statuses[item.EmailId] == EmailStatus.Pending), .. left],
            [.. gone.Where(item => IsRunning(statuses[item.EmailId]))],
            [
                .. gone.Where(item => statuses[item.EmailId] == EmailStatus.Sending)
                    .Select(item => new TooLate(item.Key, item.EmailId, EmailStatus.Sending)),
            ],
            conflicts,
            gone.Count + left.Count > 0);
    }

    /// <summary>What is wrong with the times of an item that is new or changed; null where nothing is.</summary>
    internal static (ProblemCode Code, string Sentence)? RefuseTimes(EmailInput input, DateTimeOffset now) =>
        input.ScheduledDatetime.GetValueOrDefault() < now - NewEmail.MaxOverdue
            ? (ProblemCodes.ScheduledInThePast, "is due more than an hour ago")
        : FarAhead.Is(input.ScheduledDatetime, now) || FarAhead.Is(input.SendBefore, now)
            ? (ProblemCodes.ScheduledTooFarAhead, "has a time more than a hundred years ahead")
        : input.SendBefore <= now ? (ProblemCodes.InvalidBody, "has a send_before that has passed")
        : null;

    // A late outcome may show that what is in doubt was not taken, and is to be tried again.
    private static bool IsRunning(string? status) => EmailStatus.AwaitingOutcome.Contains(status, StringComparer.Ordinal);

    /// <summary>The e-mails that the decision hangs on: no one may move them until it is carried out.</summary>
    internal static List<Guid> Contested(IReadOnlyCollection<ConfigItem> current, IReadOnlyList<WantedItem> wanted)
    {
        var byKey = wanted.ToDictionary(item => item.Key, StringComparer.Ordinal);
        return [.. current.Where(item => !byKey.TryGetValue(item.Key, out var kept) || !kept.IsSameAs(item)).Select(item => item.EmailId)];
    }

    /// <summary>The decision in numbers.</summary>
    internal ConfigChanges Counts() => new(
        Items.Count(item => item.Action == Action.Schedule),
        Items.Count(item => item.Action == Action.Keep),
        Items.Count(item => item.Action == Action.Supersede),
        Removed.Count,
        TooLate);

    /// <summary>Adds what can't be saved so.</summary>
    internal void AddConflicts(Errors errors)
    {
        foreach (var conflict in Conflicts)
            errors.Add(Items[conflict.Index].Wanted.Input.Pointer, conflict.Sentence, conflict.Code);
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Rendering;
using Mail.Store;

namespace Mail.ConfigService.EmailConfigs;

/// <summary>An item of a config that is to be saved.</summary>
/// <param name="Key">Its key: the caller's, or one derived from its content.</param>
/// <param name="Fingerprint">The SHA-256 of content and time: equal where nothing changed.</param>
/// <param name="Input">The item.</param>
internal sealed record WantedItem(string Key, string Fingerprint, EmailInput Input)
{
    /// <summary>The item as it was read, where it is a series.</summary>
    internal ConfigItemInput? Series => Input is ConfigItemInput { Recurrence: not null } series ? series : null;

    /// <summary>When it is due; the earliest time there is for a series.</summary>
    internal DateTimeOffset Due => Input.ScheduledDatetime.GetValueOrDefault();

    /// <summary>
    /// The instant that its fingerprint is made with. The same local time is the same time, whatever the rules of its zone have become
    /// since it was saved.
    /// </summary>
    internal DateTimeOffset SavedDue { get; init; } = Input.ScheduledDatetime.GetValueOrDefault();

    /// <summary>What it says of its template; null where it is written out, or not rendered yet.</summary>
    internal ItemTemplate? Template { get; init; }

    /// <summary>Makes what it says out of its template; null where it says it itself.</summary>
    internal Func<EmailInput>? Render { get; init; }

    /// <summary>What it says.</summary>
    internal EmailInput Content => Render?.Invoke() ?? Input;

    /// <summary>Whether it is a series whose template writes times in another zone now.</summary>
    internal bool IsRezoned { get; private init; }

    /// <summary>Whether an item says the same at the same time, if perhaps by another version of its template.</summary>
    internal bool IsSameAs(ConfigItem old) => (old.Fingerprint == Fingerprint && !IsRezoned)
        || (Template is not null && old.Template?.Rendered == Template.Rendered);

    /// <summary>As it is stored.</summary>
    internal ConfigItem Stored(Guid emailId) =>
        new(Key, emailId, Fingerprint, SavedDue, Input.SendBefore)
        {
            Template = Template, Local = Input.Local?.Clock, Recurrence = Series?.Recurrence!.Valid,
            SendWithinSeconds = Series?.SendWithinSeconds,
        };

    /// <summary>As it is stored where it is kept.</summary>
    internal ConfigItem Kept(ConfigItem old) => Stored(old.EmailId) with { ScheduledDatetime = old.ScheduledDatetime };

    /// <summary>The item, as one that says what an item of the config has said.</summary>
    internal WantedItem KnownAs(ConfigItem old) => this with
    {
        Fingerprint = old.Fingerprint,
        Template = old.Template is null ? null : old.Template with { Pinned = Input.Template?.GivenVersion is not null },
    };

    /// <summary>The item, held against what stands under its key: at the instant of that one, where the local time is the same.</summary>
    internal WantedItem Beside(ConfigItem? old, TimeZones zones) =>
        Input.Template is not null && old?.Recurrence is { } before && Series?.Recurrence?.Valid is { } after
            && !zones.AreSame(before.TimeZone, after.TimeZone) ? this with { IsRezoned = true }
        : old?.Local is { } local && old.ScheduledDatetime != SavedDue && WallClock.AreSame(local, Input.Local?.Clock, zones)
            ? this with { SavedDue = old.ScheduledDatetime, Fingerprint = FingerprintOf(Input, old.ScheduledDatetime) }
            : this;

    /// <summary>
    /// Names what has no name. An item without a key is known by its content and time; two that are identical are two
    /// e-mails, told apart by counting. A key that is given is never made up for another item. Pure, and blind to the order of items.
    /// </summary>
    /// <param name="inputs">The items.</param>
    /// <param name="zones">The time zones, of which names that mean the same are the same; null for those of this build.</param>
    internal static List<WantedItem> Name(IReadOnlyList<ConfigItemInput> inputs, TimeZones? zones = null)
    {
        var given = inputs.Select(input => input.Key).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var identical = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. inputs.Select(input =>
        {
            var fingerprint = FingerprintOf(input, input.ScheduledDatetime.GetValueOrDefault());
            if (input.Key is { } key)
                return new WantedItem(key, fingerprint, input);
            var name = NameOf(input, zones ?? TimeZones.BuiltIn) ?? fingerprint;
            string made;
            do
            {
                var count = identical[name] = identical.GetValueOrDefault(name) + 1;
                made = $"auto-{name[..32]}-{count}";
            }
            while (given.Contains(made));
            return new WantedItem(made, fingerprint, input);
        })];
    }

    private static string FingerprintOf(EmailInput input, DateTimeOffset due)
    {
        var fingerprint = input.Fingerprint(due, input.SendBefore);
        return input.Template is { } template
            ? TemplateData.Fingerprint(fingerprint, template.Name, version: null, template.Json)
            : fingerprint;
    }

    // By the local time: its instant changes with the rules of the zone.
    private static string? NameOf(ConfigItemInput input, TimeZones zones)
    {
        var local = input switch
        {
            { Recurrence.Valid: { } series } =>
                JsonSerializer.Serialize(series with { TimeZone = zones.Canonical(series.TimeZone) }, StoreJson.Options),
            { Local.Clock: { } clock } =>
                JsonSerializer.Serialize(clock with { TimeZone = zones.Canonical(clock.TimeZone) }, StoreJson.Options),
            _ => null,
        };
        return local is null
            ? null
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(FingerprintOf(input, DateTimeOffset.MinValue) + local)));
    }
}

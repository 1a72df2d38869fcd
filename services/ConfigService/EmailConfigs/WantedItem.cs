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
    internal DateTimeOffset Due => Input.ScheduledDatetime.GetValueOrDefault();

    /// <summary>What it says of its template; null where it is written out, or not rendered yet.</summary>
    internal ItemTemplate? Template { get; init; }

    /// <summary>Makes what it says out of its template; null where it says it itself.</summary>
    internal Func<EmailInput>? Render { get; init; }

    /// <summary>What it says.</summary>
    internal EmailInput Content => Render?.Invoke() ?? Input;

    /// <summary>Whether an item says the same at the same time, if perhaps by another version of its template.</summary>
    internal bool IsSameAs(ConfigItem old) =>
        old.Fingerprint == Fingerprint || (Template is not null && old.Template?.Rendered == Template.Rendered);

    /// <summary>As it is stored.</summary>
    internal ConfigItem Stored(Guid emailId) => new(Key, emailId, Fingerprint, Due, Input.SendBefore) { Template = Template };

    /// <summary>
    /// Names what has no name. An item without a key is known by its content and time; two that are identical are two
    /// e-mails, told apart by counting. A key that is given is never made up for another item. Pure, and blind to the order of items.
    /// </summary>
    internal static List<WantedItem> Name(IReadOnlyList<ConfigItemInput> inputs)
    {
        var given = inputs.Select(input => input.Key).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var identical = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. inputs.Select(input =>
        {
            var fingerprint = input.Fingerprint(input.ScheduledDatetime!.Value, input.SendBefore);
            if (input.Template is { } template)
                fingerprint = TemplateData.Fingerprint(fingerprint, template.Name, version: null, template.Json);
            if (input.Key is { } key)
                return new WantedItem(key, fingerprint, input);
            string made;
            do
            {
                var count = identical[fingerprint] = identical.GetValueOrDefault(fingerprint) + 1;
                made = $"auto-{fingerprint[..32]}-{count}";
            }
            while (given.Contains(made));
            return new WantedItem(made, fingerprint, input);
        })];
    }
}

using Mail.ConfigService.Emails;

namespace Mail.ConfigService.EmailConfigs;

/// <summary>An item of a config that is to be saved.</summary>
/// <param name="Key">Its key: the caller's, or one derived from its content.</param>
/// <param name="Fingerprint">The SHA-256 of content and time: equal where nothing changed.</param>
/// <param name="Input">The item.</param>
internal sealed record WantedItem(string Key, string Fingerprint, EmailInput Input)
{
    internal DateTimeOffset Due => Input.ScheduledDatetime!.Value;

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

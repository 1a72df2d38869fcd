using Microsoft.Extensions.Configuration;

namespace Mail.Hosting;

/// <summary>
/// Takes blanks and line breaks off both ends of every setting. Forms of platforms and files that a secret is pasted into add them,
/// and nobody sees them.
/// </summary>
internal static class TrimmedSettings
{
    /// <summary>Trims what there is; what comes from a source that is added later stays as it is.</summary>
    internal static void TrimSettings(this IConfigurationManager configuration)
    {
        var trimmed = configuration.AsEnumerable()
            .Where(setting => setting.Value is { Length: > 0 } value && (char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1])))
            .ToDictionary(setting => setting.Key, setting => (string?)setting.Value!.Trim(), StringComparer.OrdinalIgnoreCase);
        if (trimmed.Count > 0)
            configuration.AddInMemoryCollection(trimmed);
    }
}

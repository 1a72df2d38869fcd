using System.Collections;

namespace Mail.Hosting;

/// <summary>
/// Takes blanks, line breaks and what can't be seen off both ends of every setting. Forms of platforms and files that a secret is pasted
/// into add them, and nobody sees them.
/// </summary>
internal static class TrimmedSettings
{
    /// <summary>
    /// Trims the environment variables of this process, before anything reads one: ASP.NET Core and OpenTelemetry read some of them
    /// without asking the configuration.
    /// </summary>
    internal static void TrimEnvironment()
    {
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var value = (string)variable.Value!;
            var trimmed = SettingText.Trim(value);
            if (trimmed.Length < value.Length)
                Environment.SetEnvironmentVariable((string)variable.Key, trimmed);
        }
    }

    /// <summary>Trims what there is; what comes from a source that is added later stays as it is.</summary>
    internal static void TrimSettings(this IConfigurationManager configuration)
    {
        var trimmed = configuration.AsEnumerable()
            .Where(setting => setting.Value is { } value && SettingText.Trim(value).Length < value.Length)
            .ToDictionary(setting => setting.Key, setting => (string?)SettingText.Trim(setting.Value!), StringComparer.OrdinalIgnoreCase);
        if (trimmed.Count > 0)
            configuration.AddInMemoryCollection(trimmed);
    }
}

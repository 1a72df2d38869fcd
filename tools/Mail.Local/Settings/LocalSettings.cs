using System.Globalization;
using Mail.Local.Processes;

namespace Mail.Local.Settings;

/// <summary>The settings of the system on this machine: the caller's environment, and below it <c>.env</c>.</summary>
public sealed class LocalSettings
{
    private static readonly HashSet<string> _names =
    [
        "RABBITMQ_USER", "RABBITMQ_PASSWORD", "API_KEY", "API_KEY_FILE", "METRICS_KEY", "PATH_BASE", "API_RATE_LIMIT",
        "API_ALLOWED_ORIGINS", "MAX_MESSAGE_MIB", "BLOCKED_FILE_TYPES", "RETRY_DELAY_SECONDS", "RETENTION_DAYS", "TZDB_FILE",
        "EVENT_RETENTION_DAYS", "EGRESS_ALLOW", "SECRETS_PUBLIC_KEY", "SECRETS_PRIVATE_KEYS", "SSL_CERT_FILE", "SSL_CERT_DIR", "TZ",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
    ];

    private static readonly string[] _prefixes = ["SMTP_", "OTEL_", "MAIL_", "LOG_", "ASPNETCORE_", "DOTNET_"];

    private readonly Dictionary<string, string> _values;

    private LocalSettings(Dictionary<string, string> values, IReadOnlyDictionary<string, string> environment) =>
        (_values, Environment) = (values, environment);

    /// <summary>All that is set, empty values too.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>The caller's environment that they were read beside.</summary>
    internal IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>Whether e-mail goes to the inbox of this machine: no other server is set.</summary>
    internal bool UsesLocalInbox => this["SMTP_HOST"] is null;

    /// <summary>A setting; null where it is not set, or empty.</summary>
    public string? this[string name] => _values.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>Reads them.</summary>
    /// <param name="root">The folder that <c>.env</c> is in.</param>
    /// <param name="environment">The caller's environment.</param>
    /// <exception cref="LocalException">A line of <c>.env</c>, or the file of API_KEY_FILE, can't be read.</exception>
    public static LocalSettings Load(string root, IReadOnlyDictionary<string, string> environment)
    {
        var file = Path.Combine(root, ".env");
        var values = File.Exists(file)
            ? new Dictionary<string, string>(EnvFile.Read(file, environment), StringComparer.Ordinal)
            : new(StringComparer.Ordinal);
        foreach (var (name, value) in environment)
        {
            if (IsForServices(name) || values.ContainsKey(name))
                values[name] = value;
        }

        return new LocalSettings(values, environment).WithKeyOfFile();
    }

    /// <summary>The variables of this process.</summary>
    public static IReadOnlyDictionary<string, string> OwnEnvironment() =>
        System.Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);

    /// <summary>A port.</summary>
    /// <exception cref="LocalException">It is none.</exception>
    internal int Port(string name, int otherwise)
    {
        if (this[name] is not { } value)
            return otherwise;
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65_535
            ? port
            : throw new LocalException($"{name} is not a port: {value}");
    }

    /// <summary>
    /// The settings with the keys that nothing works without, which the first start makes: API_KEY, and a pair of keys for the secrets of
    /// webhooks, where ConfigService seals with the public one and senders open with the private one. They are kept in <c>.env</c>, where
    /// Docker compose finds them as well.
    /// </summary>
    internal LocalSettings WithKeys(string root)
    {
        var settings = this;
        if (settings["API_KEY"] is null)
        {
            settings = settings.Add(root, ("API_KEY", PrivateFile.RandomSecret()));
            Terminal.Say("Wrote a random API_KEY to .env");
        }

        if (settings["SECRETS_PUBLIC_KEY"] is null && settings["SECRETS_PRIVATE_KEYS"] is null)
        {
            var (publicKey, privateKey) = SecretKeys.Create();
            settings = settings.Add(root, ("SECRETS_PUBLIC_KEY", publicKey), ("SECRETS_PRIVATE_KEYS", privateKey));
            Terminal.Say("Wrote a pair of keys for the secrets of webhooks to .env");
        }

        return settings;
    }

    /// <summary>
    /// What of the caller's environment is meant for the services. The rest, a terminal's size and the like, stays out, so that <c>up</c>
    /// from another terminal is not a changed environment. All that <c>.env</c> names goes to the services.
    /// </summary>
    private static bool IsForServices(string name) =>
        _names.Contains(name) || name.Contains("__", StringComparison.Ordinal)
        || Array.Exists(_prefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    // The API is called with the key, and Docker compose hands no file on: from here on the key is as good as in the environment.
    private LocalSettings WithKeyOfFile()
    {
        if (this["API_KEY_FILE"] is not { } file || this["API_KEY"] is not null)
            return this;
        string key;
        try
        {
            key = File.ReadAllText(file).TrimEnd('\r', '\n');
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new LocalException("API_KEY_FILE names no file that can be read", unreadable);
        }

        _values["API_KEY"] = key;
        _values.Remove("API_KEY_FILE");
        return new(_values, new Dictionary<string, string>(Environment, StringComparer.Ordinal) { ["API_KEY"] = key });
    }

    private LocalSettings Add(string root, params (string Name, string Value)[] made)
    {
        var file = Path.Combine(root, ".env");
        if (!File.Exists(file))
        {
            PrivateFile.Write($"{file}.new", File.ReadAllText(Path.Combine(root, ".env.example")));
            File.Move($"{file}.new", file);
        }

        File.AppendAllText(file, $"\n{string.Concat(made.Select(pair => $"{pair.Name}={pair.Value}\n"))}");
        // An empty one of the caller's would hide it.
        var values = new Dictionary<string, string>(_values, StringComparer.Ordinal);
        var environment = new Dictionary<string, string>(Environment, StringComparer.Ordinal);
        foreach (var (name, value) in made)
        {
            values[name] = value;
            environment.Remove(name);
        }

        return new(values, environment);
    }
}

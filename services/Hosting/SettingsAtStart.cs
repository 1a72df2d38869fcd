using Serilog.Events;

namespace Mail.Hosting;

/// <summary>
/// Judges the settings that the libraries below would ignore, or refuse with a stack trace, where they can't be used. What is checked
/// where it is read is not here.
/// </summary>
internal static class SettingsAtStart
{
    // Where both ends of a secret are quoted alike, as a database's password may be, the quotes do no harm. These have one end, or are
    // no text.
    private static readonly string[] _neverQuoted =
    [
        "API_KEY", "METRICS_KEY", "PATH_BASE", "API_RATE_LIMIT", "API_ALLOWED_ORIGINS", "RETRY_DELAY_SECONDS", "RETENTION_DAYS",
        "EVENT_RETENTION_DAYS",
        "MAX_MESSAGE_MIB", "BLOCKED_FILE_TYPES", "TZDB_FILE", "LOG_LEVEL", "ConnectionStrings__Postgres", "ConnectionStrings__RabbitMq",
        "ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "ASPNETCORE_FORWARDEDHEADERS_ENABLED", "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_HEADERS", "EGRESS_ALLOW", "SECRETS_PUBLIC_KEY", "SECRETS_PRIVATE_KEYS",
        "MAIL_INSTANCE", "INSTANCE_NAME", "SSL_CERT_FILE", "ASPNETCORE_ENVIRONMENT",
    ];

    private static readonly Dictionary<string, LogEventLevel> _otherNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["trace"] = LogEventLevel.Verbose,
        ["info"] = LogEventLevel.Information,
        ["warn"] = LogEventLevel.Warning,
        ["critical"] = LogEventLevel.Fatal,
    };

    /// <exception cref="SettingException">One can't be used.</exception>
    internal static void CheckSettings(this IConfiguration configuration)
    {
        foreach (var variable in _neverQuoted)
        {
            if (Value(configuration, variable) is { } text && SettingText.Refuse(variable, text) is { } why)
                throw new SettingException($"{variable} {why}.");
        }

        foreach (var variable in (ReadOnlySpan<string>)["POSTGRES_USER", "POSTGRES_PASSWORD", "RABBITMQ_USER", "RABBITMQ_PASSWORD"])
        {
            if (Value(configuration, variable) is { } text && SettingText.RefuseReference(text) is { } why)
                throw new SettingException($"{variable} {why}.");
        }

        foreach (var url in Value(configuration, "ASPNETCORE_URLS")?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [])
            CheckUrl(url);
        foreach (var port in Value(configuration, "ASPNETCORE_HTTP_PORTS")?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            if (!ushort.TryParse(port, out _))
            {
                throw new SettingException(
                    $"ASPNETCORE_HTTP_PORTS has \"{port}\": set port numbers, with semicolons between them, such as 8080.");
            }
        }

        if (Value(configuration, "ASPNETCORE_FORWARDEDHEADERS_ENABLED") is { } flag && !bool.TryParse(flag, out _))
            throw new SettingException($"ASPNETCORE_FORWARDEDHEADERS_ENABLED is \"{flag}\": set true or false.");
        if (Value(configuration, "OTEL_EXPORTER_OTLP_ENDPOINT") is { } endpoint && !IsHttp(endpoint))
            throw new SettingException($"OTEL_EXPORTER_OTLP_ENDPOINT is \"{endpoint}\": set a URL, for example http://collector:4317.");
        if (Value(configuration, "OTEL_EXPORTER_OTLP_PROTOCOL") is { } protocol and not ("grpc" or "http/protobuf"))
            throw new SettingException($"OTEL_EXPORTER_OTLP_PROTOCOL is \"{protocol}\": set grpc or http/protobuf.");
    }

    /// <summary>What <c>LOG_LEVEL</c> says; Information where it is left out.</summary>
    /// <exception cref="SettingException">It is no level.</exception>
    internal static LogEventLevel LogLevel(IConfiguration configuration)
    {
        if (Value(configuration, "LOG_LEVEL") is not { } text)
            return LogEventLevel.Information;
        if (_otherNames.TryGetValue(text, out var other))
            return other;
        return Enum.TryParse<LogEventLevel>(text, ignoreCase: true, out var level) && !char.IsAsciiDigit(text[0])
            ? level
            : throw new SettingException($"LOG_LEVEL is \"{text}\": set Verbose, Debug, Information, Warning, Error or Fatal.");
    }

    /// <summary>
    /// What follows the message that a variable is missing: which one of those that platforms set by themselves has its value. Empty where
    /// none of them is set.
    /// </summary>
    internal static string Elsewhere(IConfiguration configuration, params string[] variables) =>
        Array.Find(variables, variable => Value(configuration, variable) is not null) is { } found
            ? $" {found} is set: set this variable to its value."
            : "";

    private static bool IsHttp(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";

    private static void CheckUrl(string url)
    {
        try
        {
            BindingAddress.Parse(url);
        }
        catch (FormatException exception)
        {
            throw new SettingException(
                $"ASPNETCORE_URLS has \"{url}\": set an address to listen at, for example http://*:8080.", exception);
        }
    }

    // The configuration has the variables of ASP.NET Core without their prefix, and colons for double underscores.
    private static string? Value(IConfiguration configuration, string variable)
    {
        var name = variable.StartsWith("ASPNETCORE_", StringComparison.Ordinal) ? variable["ASPNETCORE_".Length..] : variable;
        return configuration[name.Replace("__", ":", StringComparison.Ordinal)] is { Length: > 0 } text ? text : null;
    }
}

namespace Mail.Hosting;

/// <summary>
/// Secrets out of files, as Docker and Kubernetes mount them: where <c>SMTP_PASSWORD_FILE</c> names a file, what it holds is
/// <c>SMTP_PASSWORD</c>.
/// </summary>
internal static class SecretFiles
{
    private const string Suffix = "_FILE";

    private static readonly string[] _names =
    [
        "API_KEY", "METRICS_KEY", "SMTP_USER", "SMTP_PASSWORD",
        "SMTP_OAUTH_TENANT", "SMTP_OAUTH_APP_ID", "SMTP_OAUTH_APP_SECRET", "SMTP_OAUTH_SERVICE_ACCOUNT",
        "SECRETS_PRIVATE_KEYS", "RABBITMQ_USER", "RABBITMQ_PASSWORD", "POSTGRES_USER", "POSTGRES_PASSWORD", "ConnectionStrings:Postgres",
        "ConnectionStrings:RabbitMq",
    ];

    // A sender lists it among what it can't use, and goes on. The others do not need it.
    private const string JudgedBySender = "SMTP_OAUTH_SERVICE_ACCOUNT";

    /// <summary>Reads them, once: a changed one is taken over by a restart, as a changed variable is.</summary>
    /// <exception cref="SettingException">A file can't be read, or both the secret and its file are given.</exception>
    internal static void AddSecretFiles(this IConfigurationManager configuration)
    {
        var secrets = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var name in _names)
        {
            if (configuration[name + Suffix] is not { Length: > 0 } path)
                continue;
            var variable = name.Replace(":", "__", StringComparison.Ordinal);
            if (!string.IsNullOrEmpty(configuration[name]))
                throw new SettingException($"Both {variable} and {variable}{Suffix} are set: take one of them away.");
            if (Read(path, variable) is { } secret)
                secrets[name] = secret;
        }

        configuration.AddInMemoryCollection(secrets);
    }

    // An editor ends a file with a line break, and no secret does.
    private static string? Read(string path, string variable)
    {
        try
        {
            return File.ReadAllText(path).TrimEnd('\r', '\n');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (variable == JudgedBySender)
                return null;
            // What is no path is not repeated: it may be the secret, which may begin with a slash.
            if (!Path.IsPathRooted(path) || !Directory.Exists($"/{path.Split('/', 3)[1]}"))
                throw new SettingException($"{variable}{Suffix} names no file: is it the secret itself? Then set {variable}.");
            // Docker makes one where what is to be mounted is missing.
            throw new SettingException(
                Directory.Exists(path)
                    ? $"{variable}{Suffix} names {path}, which is a directory: the file to be mounted was not there."
                    : $"{variable}{Suffix} names {path}, which can't be read: {exception.Message}",
                exception);
        }
    }
}

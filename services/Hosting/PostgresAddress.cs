using Npgsql;

namespace Mail.Hosting;

/// <summary>
/// Where the database is: an Npgsql connection string, or the URI that many platforms hand out
/// (<c>postgres://user:password@host:port/database</c>).
/// </summary>
internal static class PostgresAddress
{
    private const string Variable = "ConnectionStrings__Postgres";

    /// <exception cref="SettingException">It is neither, or names no host.</exception>
    internal static NpgsqlConnectionStringBuilder Parse(string text)
    {
        var address = Read(text);
        return address.Host is { Length: > 0 }
            ? address
            : throw new SettingException($"{Variable} names no host: set it to Host=…;Database=…;Username=….");
    }

    private static NpgsqlConnectionStringBuilder Read(string text)
    {
        if (text.Split("://", 2) is not ["postgres" or "postgresql", var rest])
            return FromPairs(text);
        UriParts.RefuseRawCharacters(Variable, rest, "POSTGRES_USER and POSTGRES_PASSWORD");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri))
            throw new SettingException($"{Variable} can't be read: is what follows the host's colon a number?");
        var user = uri.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : NpgsqlConnection.DefaultPort,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')),
            Username = Uri.UnescapeDataString(user[0]),
            Password = Uri.UnescapeDataString(user.ElementAtOrDefault(1) ?? ""),
        };
        // libpq's names, of which the only one that matters on a way to the server is whether it is encrypted.
        foreach (var parameter in uri.Query.TrimStart('?').Split('&'))
        {
            if (parameter.Split('=', 2) is ["sslmode", var mode])
                builder.SslMode = ModeOf(mode);
        }

        return builder;
    }

    private static NpgsqlConnectionStringBuilder FromPairs(string text)
    {
        try
        {
            return new(text);
        }
        catch (ArgumentException exception)
        {
            throw new SettingException(
                $"{Variable} can't be read. Write it as Host=…;Database=…;Username=…, or as a URI. A password with ; goes into quotes "
                + "(Password=\"a;b\"), or beside it into POSTGRES_PASSWORD.",
                exception);
        }
    }

    private static SslMode ModeOf(string mode) =>
        Enum.TryParse<SslMode>(mode.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var known)
        && !char.IsAsciiDigit(mode.Length > 0 ? mode[0] : '-')
            ? known
            : throw new SettingException($"{Variable} has sslmode={mode}: use disable, allow, prefer, require, verify-ca or verify-full.");
}

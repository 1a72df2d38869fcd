using Npgsql;

namespace Mail.Hosting;

/// <summary>Where the database is: an Npgsql connection string, or the URI that many platforms hand out (<c>postgres://user:password@host:port/database</c>).</summary>
internal static class PostgresAddress
{
    /// <exception cref="ArgumentException">It is neither.</exception>
    internal static NpgsqlConnectionStringBuilder Parse(string text)
    {
        if (text.Split("://", 2) is not ["postgres" or "postgresql", _])
            return new(text);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri))
            throw new ArgumentException("The URI of the database can't be read.", nameof(text));
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
                builder.SslMode = Enum.Parse<SslMode>(mode.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
        }

        return builder;
    }
}

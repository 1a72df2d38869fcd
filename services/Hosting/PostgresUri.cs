using System.Globalization;
using Npgsql;

namespace Mail.Hosting;

/// <summary>
/// A connection URI as libpq reads it (PostgreSQL's documentation, 34.1.1.2): its user and password end at the last <c>@</c>, it may name
/// several hosts, and its parameters may say anything that the rest leaves out, such as the directory of a Unix socket.
/// </summary>
internal static class PostgresUri
{
    /// <summary>Reads what follows <c>://</c>.</summary>
    /// <exception cref="SettingException">It can't be read.</exception>
    internal static NpgsqlConnectionStringBuilder Read(string variable, string rest)
    {
        UriParts.RefuseRawCharacters(variable, rest, "POSTGRES_USER and POSTGRES_PASSWORD");
        var (beforeQuery, query) = Cut(Cut(rest, '#').Before, '?');
        var (authority, database) = Cut(beforeQuery, '/');
        var at = authority.LastIndexOf('@');
        var (user, password) = Cut(at < 0 ? "" : authority[..at], ':');
        var address = new NpgsqlConnectionStringBuilder();
        Set(variable, address, "user", Uri.UnescapeDataString(user));
        Set(variable, address, "password", Uri.UnescapeDataString(password));
        Set(variable, address, "dbname", Uri.UnescapeDataString(database));
        SetHosts(variable, address, authority[(at + 1)..]);
        foreach (var parameter in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = Cut(parameter, '=');
            Set(variable, address, key, Uri.UnescapeDataString(value));
        }

        return address;
    }

    /// <summary>Takes over a parameter of libpq's; those that do not say where the database is or how to get there are left out.</summary>
    /// <exception cref="SettingException">It has a value that can't be used.</exception>
    internal static void Set(string variable, NpgsqlConnectionStringBuilder address, string key, string value)
    {
        if (value.Length == 0)
            return;
        switch (key.ToLowerInvariant())
        {
            case "host" or "hostaddr":
                address.Host = value;
                break;
            case "port":
                address.Port = PortOf(variable, value);
                break;
            // DigitalOcean's page has Npgsql's words beside libpq's.
            case "dbname" or "database":
                address.Database = value;
                break;
            case "user" or "username":
                address.Username = value;
                break;
            case "password":
                address.Password = value;
                break;
            case "sslmode":
                address.SslMode = ModeOf(variable, key, value);
                break;
            // JDBC's, and what libpq takes for require; asyncpg has modes in it.
            case "ssl":
                address.SslMode = value.ToLowerInvariant() switch
                {
                    "true" or "1" => address.SslMode > SslMode.Require ? address.SslMode : SslMode.Require,
                    "false" or "0" => SslMode.Disable,
                    _ => ModeOf(variable, key, value),
                };
                break;
            // The system's own are what is looked at anyway.
            case "sslrootcert" when value != "system":
                address.RootCertificate = value;
                break;
            case "sslcert":
                address.SslCertificate = value;
                break;
            case "sslkey":
                address.SslKey = value;
                break;
            // Prisma's.
            case "pgbouncer" when value.Equals("true", StringComparison.OrdinalIgnoreCase):
                throw new SettingException(
                    $"{variable} has pgbouncer=true, which is for {PoolerCheck.InTransactionMode}: leave it out, and write the database's "
                    + "own address (at Supabase with port 5432, at Neon the host without -pooler).");
            default:
                break;
        }

        // For libpq, require is verify-ca where there is a certificate to check against (PostgreSQL's documentation, 34.19.1).
        if (address is { SslMode: SslMode.Require, RootCertificate: not null })
            address.SslMode = SslMode.VerifyCA;
    }

    private static void SetHosts(string variable, NpgsqlConnectionStringBuilder address, string hosts)
    {
        if (hosts.Contains(',', StringComparison.Ordinal))
        {
            // Npgsql writes them alike.
            address.Host = hosts;
            return;
        }

        var colon = hosts.LastIndexOf(':');
        // Within brackets it is an IPv6 address.
        if (colon < 0 || hosts.IndexOf(']', colon) >= 0)
        {
            Set(variable, address, "host", Uri.UnescapeDataString(hosts));
            return;
        }

        Set(variable, address, "host", Uri.UnescapeDataString(hosts[..colon]));
        Set(variable, address, "port", hosts[(colon + 1)..]);
    }

    private static int PortOf(string variable, string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            ? port
            : throw new SettingException($"{variable} can't be read: is what follows the host's colon a number?");

    private static SslMode ModeOf(string variable, string key, string mode)
    {
        // node-postgres's. Npgsql's Require asks for no certificate that is trusted either.
        if (mode.Equals("no-verify", StringComparison.OrdinalIgnoreCase))
            return SslMode.Require;
        return Enum.TryParse<SslMode>(mode.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var known)
            && !char.IsAsciiDigit(mode[0])
            ? known
            : throw new SettingException($"{variable} has {key}={mode}: use disable, allow, prefer, require, verify-ca or verify-full.");
    }

    private static (string Before, string After) Cut(string text, char at) =>
        text.IndexOf(at, StringComparison.Ordinal) is >= 0 and var index ? (text[..index], text[(index + 1)..]) : (text, "");
}

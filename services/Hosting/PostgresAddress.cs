using System.Text.RegularExpressions;
using Npgsql;

namespace Mail.Hosting;

/// <summary>
/// Where the database is, as platforms hand it out: an Npgsql connection string (<c>Host=…;Database=…</c>), a URI
/// (<c>postgres://user:password@host:port/database</c>), or libpq's pairs (<c>host=… dbname=…</c>; PostgreSQL's documentation, 34.1.1).
/// </summary>
internal static partial class PostgresAddress
{
    private const string Variable = "ConnectionStrings__Postgres";

    // Of other databases' connection strings, and of other drivers.
    private static readonly (string Key, string Instead)[] _otherKeys =
    [
        ("user", "write Username="), ("dbname", "write Database="), ("initial catalog", "write Database="), ("data source", "write Host="),
        ("ssl", "write SSL Mode=Require"), ("integrated security", "leave it out"), ("trusted_connection", "leave it out"),
    ];

    /// <exception cref="SettingException">It can't be read, or names no host.</exception>
    internal static NpgsqlConnectionStringBuilder Parse(string text)
    {
        UriParts.RefuseReferences(Variable, text);
        var address = Read(text);
        if (address.Host is not { Length: > 0 } host)
            throw new SettingException($"{Variable} names no host: set it to Host=…;Database=…;Username=….");
        if (host.AsSpan().ContainsAny(' ', '='))
            throw new SettingException($"{Variable} has a blank or an = in its host: set it to Host=…;Database=…;Username=….");
        PostgresHosts.Check(Variable, host, address.Port);
        UriParts.RefusePlaceholder(Variable, address.Password);
        RefuseMissing("sslrootcert (Root Certificate)", address.RootCertificate);
        RefuseMissing("sslcert (SSL Certificate)", address.SslCertificate);
        RefuseMissing("sslkey (SSL Key)", address.SslKey);
        return address;
    }

    // Not told by its name, which may be the certificate or the key itself.
    private static void RefuseMissing(string parameter, string? file)
    {
        if (!string.IsNullOrEmpty(file) && !File.Exists(file))
            throw new SettingException($"{Variable} names a file as its {parameter} that is not there: mount it, or correct its path.");
    }

    private static NpgsqlConnectionStringBuilder Read(string text)
    {
        if (Scheme().Match(text) is { Success: true } scheme)
            return PostgresUri.Read(Variable, text[scheme.Length..]);
        if (UriWithin().IsMatch(text))
            throw new SettingException($"{Variable} has something before the URI: begin with postgres://.");
        if (Command().IsMatch(text))
            throw new SettingException($"{Variable} is a command: set it to Host=…;Database=…;Username=….");
        if (text.Contains(';', StringComparison.Ordinal) || !LibpqPairs().IsMatch(text))
            return FromPairs(text);
        var address = new NpgsqlConnectionStringBuilder();
        foreach (Match pair in LibpqPair().Matches(text))
            PostgresUri.Set(Variable, address, pair.Groups["key"].Value, Unquote(pair.Groups["value"].Value));
        return address;
    }

    private static NpgsqlConnectionStringBuilder FromPairs(string text)
    {
        try
        {
            // As libpq writes them.
            return new(VerifyMode().Replace(text, "${key}Verify${what}"));
        }
        catch (ArgumentException exception)
        {
            var keys = text.Split(';').Select(pair => pair.Split('=')[0].Trim()).ToList();
            foreach (var (key, instead) in _otherKeys)
            {
                if (keys.Contains(key, StringComparer.OrdinalIgnoreCase))
                    throw new SettingException($"{Variable} can't be read: it has {key}=, {instead}.", exception);
            }

            throw new SettingException(
                $"{Variable} can't be read. Write it as Host=…;Database=…;Username=…, or as a URI. A password with ; goes into quotes "
                + "(Password=\"a;b\"), or beside it into POSTGRES_PASSWORD.",
                exception);
        }
    }

    private static string Unquote(string value) =>
        value.StartsWith('\'') ? Escaped().Replace(value[1..^1], "${character}") : value;

    // SQLAlchemy names its driver behind a plus; JDBC stands before.
    [GeneratedRegex(@"^(jdbc:)?postgres(ql)?(\+\w+)?://", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Scheme();

    // psql 'postgres://…', DATABASE_URL=postgres://…. A host that is one is told as a host.
    [GeneratedRegex(
        @"^(?!\s*(host|server)\s*=)[^;]*\bpostgres(ql)?(\+\w+)?://", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UriWithin();

    [GeneratedRegex(@"^\s*(\w+=\S*\s+)*psql\s", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Command();

    [GeneratedRegex(
        @"^\s*\w+\s*=.*\s(host|hostaddr|dbname|user|port|password|sslmode)\s*=|^\s*(host|hostaddr)\s*=\s*\S+\s+\w+\s*=",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LibpqPairs();

    [GeneratedRegex(@"(?<key>\w+)\s*=\s*(?<value>'([^'\\]|\\.)*'|[^\s']\S*)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LibpqPair();

    [GeneratedRegex(@"\\(?<character>.)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Escaped();

    [GeneratedRegex(@"(?<key>\bssl ?mode\s*=\s*)verify-(?<what>ca|full)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex VerifyMode();
}

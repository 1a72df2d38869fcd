namespace Mail.Local.Servers;

/// <summary>PostgreSQL's programs, of which a machine may have several releases.</summary>
internal static class PostgresPrograms
{
    /// <summary>The folder of a release's programs, of the newest where none is named; null where it is not installed.</summary>
    internal static string? Find(string? major = null) =>
        Versions.Newest("/usr/lib/postgresql", "/usr/pgsql-").Where(folder => major is null || Versions.MajorOf(folder) == major)
            .Select(folder => Path.Combine(folder, "bin")).FirstOrDefault(bin => File.Exists(Path.Combine(bin, "postgres")));

    /// <summary>The folder of the programs that can read a server's data.</summary>
    /// <exception cref="LocalException">They are not installed.</exception>
    internal static string FindFor(string data)
    {
        var major = File.ReadAllText(Path.Combine(data, "PG_VERSION")).Trim();
        return Find(major) ?? throw new LocalException(
            $"{data} was written by PostgreSQL {major}, which is not installed; install it, or start anew with ./mail down --wipe");
    }
}

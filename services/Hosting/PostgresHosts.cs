using System.Globalization;

namespace Mail.Hosting;

/// <summary>
/// The hosts of the database's address: one, or several with commas between them, each with a port of its own or without.
/// </summary>
internal static class PostgresHosts
{
    /// <summary>
    /// Refuses what would end the service with an exception of Npgsql's, and poolers that are known to be in transaction mode.
    /// </summary>
    /// <param name="variable">The variable that they are in.</param>
    /// <param name="hosts">The hosts.</param>
    /// <param name="port">The port of those that have none behind them.</param>
    /// <exception cref="SettingException">One can't be used.</exception>
    internal static void Check(string variable, string hosts, int port)
    {
        // The directory of a socket, or a socket without a file.
        foreach (var each in hosts.Split(',').Where(each => each is not ['/' or '@', ..]))
        {
            var (host, own) = Split(each, port) ?? throw new SettingException(
                $"{variable} has a host that can't be used: write its name or address alone, such as db.example.com, or with a colon and "
                + "a port from 1 to 65535 behind it.");
            if (DirectAddress(host, own) is { } direct)
                throw new SettingException($"{variable} leads to {PoolerCheck.InTransactionMode}: write {direct}.");
        }
    }

    private static (string Host, int Port)? Split(string text, int otherwise)
    {
        var colon = text.LastIndexOf(':');
        // More colons than one are those of an IPv6 address. Before a port it is in brackets.
        var hasPort = colon >= 0 && (text.IndexOf(':', StringComparison.Ordinal) == colon || text[..colon].EndsWith(']'));
        var (host, port) = hasPort ? (text[..colon], PortOf(text[(colon + 1)..])) : (text, otherwise);
        var isHost = host.Length > 0 && !host.Contains('/', StringComparison.Ordinal) && !host.All(char.IsAsciiDigit);
        return isHost && port > 0 && port <= ushort.MaxValue ? (host, port) : null;
    }

    private static int PortOf(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0;

    // Neon's pooler has the host of the database with -pooler behind its first label. Supabase's has one port for each mode.
    private static string? DirectAddress(string host, int port)
    {
        if (host.EndsWith(".neon.tech", StringComparison.OrdinalIgnoreCase)
            && host.IndexOf("-pooler.", StringComparison.OrdinalIgnoreCase) is > 0 and var pooler)
        {
            return $"the database's own host, {host.Remove(pooler, "-pooler".Length)}";
        }

        return port == 6543 && host.EndsWith(".pooler.supabase.com", StringComparison.OrdinalIgnoreCase)
            ? "port 5432, where the pooler is in session mode, or the database's own host, db.PROJECT.supabase.co"
            : null;
    }
}

using System.Globalization;

namespace Mail.Local.Servers;

/// <summary>
/// Folders that packages name for a version: <c>/usr/lib/postgresql/15</c>, <c>/usr/pgsql-17</c>, <c>rabbitmq_server-3.10.8</c>.
/// </summary>
internal static class Versions
{
    /// <summary>What lies in, or begins with, one of these, the newest version first.</summary>
    internal static IEnumerable<string> Newest(params string[] prefixes) =>
        prefixes.SelectMany(Folders).OrderByDescending(VersionOf).ThenByDescending(folder => folder, StringComparer.Ordinal);

    internal static string MajorOf(string folder) => VersionOf(folder).Major.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<string> Folders(string prefix)
    {
        if (Directory.Exists(prefix))
            return Directory.EnumerateDirectories(prefix);
        var parent = Path.GetDirectoryName(prefix)!;
        return Directory.Exists(parent) ? Directory.EnumerateDirectories(parent, $"{Path.GetFileName(prefix)}*") : [];
    }

    private static Version VersionOf(string folder)
    {
        var name = Path.GetFileName(folder);
        var number = name[(name.LastIndexOf('-') + 1)..];
        return Version.TryParse(number, out var version) ? version
            : int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? new(major, 0)
            : new(0, 0);
    }
}

using Mail.Local.Processes;
using Mail.Local.Servers;

namespace Mail.Tests.Fixtures.RealServers;

/// <summary>
/// Postfix and Exim out of Debian's packages. Nothing is installed, since the two packages exclude each other and each would become the
/// machine's mail system: they are unpacked into a folder and run from there, as accounts that every Debian has.
/// </summary>
/// <param name="folder">The folder.</param>
internal sealed class UnpackedMailServers(string folder)
{
    /// <summary>The user that both servers run as.</summary>
    internal const string Account = "uucp";

    internal string Folder => folder;

    /// <summary>Where the servers find their libraries, for LD_LIBRARY_PATH.</summary>
    internal string Libraries { get; } = string.Concat(
        ((string[])[Path.Combine(folder, "usr/lib/postfix")])
            .Concat(Multiarch(Path.Combine(folder, "usr/lib"))).Concat(Multiarch(Path.Combine(folder, "lib"))).Select(path => $"{path}:"));

    /// <summary>The templates of the servers' configurations.</summary>
    internal static string Template(string file) =>
        Path.Combine(Repository.Root, "tests", "Fixtures", "RealServers", "Configuration", file);

    internal static async Task<UnpackedMailServers> FetchAsync() =>
        new(await Packages.UnpackAsync("", "postfix", "exim4-daemon-light", "libnss-wrapper"));

    /// <summary>Makes a folder, with an owner and rights.</summary>
    internal static Task MakeAsync(string folder, string mode = "700", string owner = Account, string? group = null) =>
        new Tool("install", ["-d", "-m", mode, "-o", owner, .. group is null ? (string[])[] : ["-g", group], folder]).OutputAsync();

    /// <summary>Makes files the servers' own.</summary>
    internal static Task OwnAsync(params string[] files) => new Tool("chown", [Account, .. files]).OutputAsync();

    private static IEnumerable<string> Multiarch(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateDirectories(folder, "*-linux-gnu*") : [];
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mail.Local.Processes;

namespace Mail.Local.Running;

/// <summary>Builds the services, and keeps the copies that they run from.</summary>
/// <param name="checkout">The checkout.</param>
internal sealed class Builder(Checkout checkout)
{
    private static readonly string[] _sources = ["services", "store", "scheduler", "contracts"];
    private static readonly string[] _sourceFiles =
        ["Directory.Build.props", "Directory.Packages.props", "global.json", ".editorconfig", "BannedSymbols.txt"];

    private readonly string _copies = Path.Combine(checkout.Run, "bin");
    // Beside the binaries, and not with what a system keeps: they stay where that is deleted.
    private readonly string _built = checkout.At("services", "obj", "built");

    /// <summary>What builds a solution or a part of it.</summary>
    // One compiler for all projects, the SDK's default: where a machine's environment switches it off, each one starts anew.
    internal static Tool Create(string solution) =>
        new("dotnet", "build", solution, "-c", "Release", "-v", "quiet", "--nologo", "-p:UseSharedCompilation=true");

    /// <summary>
    /// Whether there is something to build. Asking MSBuild takes longer than all the rest of a second start.
    /// </summary>
    internal bool IsOutdated =>
        !ServiceKind.All.All(kind => File.Exists(Path.Combine(BinariesOf(kind), $"{kind.Project}.dll")))
        || !File.Exists(_built) || File.ReadAllText(_built).Trim() != SourceState();

    /// <summary>Builds them.</summary>
    /// <exception cref="LocalException">They can't be built; the errors were said.</exception>
    internal async Task BuildAsync()
    {
        var state = SourceState();
        var log = Path.Combine(checkout.Logs, "build.log");
        var result = await Create(checkout.At("deploy", "services.slnf")).RunAsync();
        await File.WriteAllTextAsync(log, result.All);
        if (result.ExitCode != 0)
        {
            var errors = result.All.Split('\n').Where(line => line.Contains("error", StringComparison.Ordinal));
            Terminal.Say(string.Join('\n', errors.Distinct(StringComparer.Ordinal).Take(20)));
            throw new LocalException($"the services could not be built; see {log}");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(_built)!);
        await File.WriteAllTextAsync(_built, $"{state}\n");
    }

    /// <summary>
    /// The folder that a service runs from: a copy, since a later build, that of <c>./mail test</c> for one, writes over files that a
    /// running process has mapped into its memory. Its name changes with what is in it.
    /// </summary>
    internal async Task<string> CopyAsync(ServiceKind kind)
    {
        var binaries = BinariesOf(kind);
        var copy = Path.Combine(_copies, $"{kind.Name}-{StateOf(binaries, FilesIn(binaries))[..16]}");
        if (Directory.Exists(copy))
            return copy;
        Directory.CreateDirectory(_copies);
        if (Directory.Exists($"{copy}.new"))
            Directory.Delete($"{copy}.new", recursive: true);
        await new Tool("cp", "-a", binaries, $"{copy}.new").OutputAsync();
        Directory.Move($"{copy}.new", copy);
        return copy;
    }

    /// <summary>Deletes the copies but for these.</summary>
    internal void RemoveOldCopies(IReadOnlyCollection<string> current)
    {
        foreach (var copy in Directory.EnumerateDirectories(_copies).Except(current, StringComparer.Ordinal).ToList())
            Directory.Delete(copy, recursive: true);
    }

    private string BinariesOf(ServiceKind kind) => checkout.At("services", kind.Project, "bin", "Release", "net10.0");

    private string SourceState() => StateOf(
        checkout.Root,
        _sources.SelectMany(folder => FilesIn(checkout.At(folder))).Concat(_sourceFiles.Select(file => checkout.At(file))));

    private static IEnumerable<string> FilesIn(string folder)
    {
        if (!Directory.Exists(folder))
            return [];
        return Directory.EnumerateFiles(folder).Concat(
            Directory.EnumerateDirectories(folder).Where(each => Path.GetFileName(each) is not ("bin" or "obj")).SelectMany(FilesIn));
    }

    private static string StateOf(string root, IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files.Order(StringComparer.Ordinal).Select(path => new FileInfo(path)))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $"{Path.GetRelativePath(root, file.FullName)} {file.LastWriteTimeUtc:O} {file.Length}\n")));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

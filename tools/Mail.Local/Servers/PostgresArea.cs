using System.Security.Cryptography;
using System.Text;
using Mail.Local.Processes;

namespace Mail.Local.Servers;

/// <summary>
/// What a PostgreSQL server keeps: <c>postgres</c> in its directory, or a link there to a place that the user postgres can reach. A
/// checkout in <c>/root</c>, or in a fresh temporary directory, lies behind a directory that only root can pass.
/// </summary>
/// <param name="directory">The directory.</param>
internal sealed class PostgresArea(string directory)
{
    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _path = Path.Combine(directory, "postgres");

    /// <summary>Where it is: not by way of the directory, which the user postgres may be unable to pass.</summary>
    internal string Real => Directory.ResolveLinkTarget(_path, returnFinalTarget: true)?.FullName ?? _path;

    internal string Password => File.ReadAllText(Path.Combine(Real, "password")).Trim();

    private string Elsewhere =>
        $"/var/tmp/mail-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{directory}\n")))[..16]}";

    /// <summary>Makes it where it is not there yet.</summary>
    internal async Task PrepareAsync(string[] asPostgres)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Directory.CreateDirectory(_path, OwnerAlone);
            return;
        }

        File.SetUnixFileMode(
            directory, File.GetUnixFileMode(directory) | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        if ((await new Tool(asPostgres[0], [.. asPostgres[1..], "test", "-x", directory]).RunAsync()).ExitCode == 0)
        {
            if (new DirectoryInfo(_path).LinkTarget is not null)
                return;
            Directory.CreateDirectory(_path);
        }
        else
        {
            await LinkElsewhereAsync();
        }

        await OwnAsync(Real, recursive: false);
        File.SetUnixFileMode(Real, OwnerAlone);
    }

    /// <summary>Makes a database. It is made under another name and renamed at the end, so that one that is there is whole.</summary>
    internal async Task CreateDatabaseAsync(string[] asPostgres, string programs, LocalProcess process)
    {
        var made = Path.Combine(Real, "new");
        if (Directory.Exists(made))
            Directory.Delete(made, recursive: true);
        Directory.CreateDirectory(made, OwnerAlone);
        var password = Path.Combine(made, "password");
        PrivateFile.Write(password, PrivateFile.RandomSecret());
        if (Environment.IsPrivilegedProcess)
            await OwnAsync(made, recursive: true);
        var data = Path.Combine(made, "data");
        await RunAsync(
            [
                Path.Combine(programs, "initdb"), "-D", data, "-U", "mail", $"--pwfile={password}", "--auth=scram-sha-256",
                "--encoding=UTF8", "--locale=C", "--no-instructions",
            ]);
        await RunAsync([Path.Combine(programs, "postgres"), "--single", "-D", data, "postgres"], "CREATE DATABASE mail;\n");
        File.Move(password, Path.Combine(Real, "password"), overwrite: true);
        await new Tool("sync", "-f", data).OutputAsync();
        Directory.Move(data, Path.Combine(Real, "data"));
        Directory.Delete(made);

        async Task RunAsync(string[] command, string? input = null)
        {
            command = [.. asPostgres, .. command];
            var result = await new Tool(command[0], command[1..])
            {
                WorkingDirectory = "/",
                Input = input is null ? null : new MemoryStream(Encoding.UTF8.GetBytes(input)),
            }.RunAsync();
            await File.AppendAllTextAsync(process.LogFile, result.All);
            if (result.ExitCode != 0)
                throw process.Failed("PostgreSQL could not create its database");
        }
    }

    /// <summary>
    /// After a crash PostgreSQL won't start while any process of its user has the pid that its old postmaster.pid names, and after a
    /// reboot one soon has. The file may go only if no process works in the directory: it is also what protects the data from a second
    /// server.
    /// </summary>
    internal void ForgetDeadPostmaster()
    {
        var data = Path.Combine(Real, "data");
        var file = Path.Combine(data, "postmaster.pid");
        if (!File.Exists(file) || !Directory.Exists($"/proc/{File.ReadLines(file).FirstOrDefault()}"))
            return;
        if (!Directory.EnumerateDirectories("/proc").Any(process => WorksIn(process, data)))
            File.Delete(file);
    }

    internal void Delete()
    {
        if (new DirectoryInfo(_path) is { LinkTarget: not null } link)
        {
            link.Delete();
            if (Directory.Exists(Elsewhere))
                Directory.Delete(Elsewhere, recursive: true);
        }
        else if (Directory.Exists(_path))
        {
            Directory.Delete(_path, recursive: true);
        }

        File.Delete(Path.Combine(directory, "postgres.port"));
    }

    private async Task LinkElsewhereAsync()
    {
        if (!Directory.Exists(Elsewhere))
            Directory.CreateDirectory(Elsewhere, OwnerAlone);
        // Anyone may create a directory in /var/tmp, also one of this name.
        var owner = await new Tool("stat", "-c", "%U", Elsewhere).OutputAsync();
        if (new DirectoryInfo(Elsewhere).LinkTarget is not null || owner is not ("root" or "postgres"))
        {
            throw new LocalException(
                $"{Elsewhere} belongs to someone else; remove it, or move the checkout to where the user postgres can read it");
        }

        if (new DirectoryInfo(_path) is { LinkTarget: null, Exists: true } before)
            before.Delete(recursive: true);
        // A copy of a checkout has a link to what the original keeps.
        if (new DirectoryInfo(_path).LinkTarget != Elsewhere)
        {
            File.Delete(_path);
            Directory.CreateSymbolicLink(_path, Elsewhere);
        }
    }

    private static Task<string> OwnAsync(string path, bool recursive) =>
        new Tool("chown", [.. recursive ? (string[])["-R"] : [], "postgres:", path]).OutputAsync();

    private static bool WorksIn(string process, string directory)
    {
        try
        {
            return File.ResolveLinkTarget(Path.Combine(process, "cwd"), returnFinalTarget: false)?.FullName == directory;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

using System.Net;
using Mail.Local.Processes;

namespace Mail.Tests.Fixtures.RealServers;

/// <summary>All that a private Exim keeps. It wants a login; what it keeps is in <c>kept/new</c>.</summary>
internal sealed class EximFolder(string directory, UnpackedMailServers unpacked)
{
    internal const int StartTlsPort = 2587;
    internal const int TlsPort = 2465;

    private readonly string _area = Path.Combine(directory, "exim");

    /// <summary>Writes its configuration. Returns how it is started.</summary>
    internal async Task<ProgramStart> PrepareAsync(IPAddress address)
    {
        foreach (var folder in (string[])[_area, Path.Combine(_area, "spool"), Path.Combine(_area, "kept")])
            await UnpackedMailServers.MakeAsync(folder);
        var user = await new Tool("id", "-u", UnpackedMailServers.Account).OutputAsync();
        var group = await new Tool("id", "-g", UnpackedMailServers.Account).OutputAsync();
        // Exim's user is built in by name. A library gives it that name, for a user that there is.
        var (users, groups) = (Path.Combine(_area, "passwd"), Path.Combine(_area, "group"));
        await File.WriteAllTextAsync(users, $"Debian-exim:x:{user}:{group}::/:/bin/false\n");
        await File.WriteAllTextAsync(groups, $"Debian-exim:x:{group}:\n");
        var configuration = Path.Combine(_area, "exim.conf");
        await File.WriteAllTextAsync(
            configuration,
            $"AREA = {_area}\nUNPACKED = {unpacked.Folder}\nADDRESS = {address}\n"
            + await File.ReadAllTextAsync(UnpackedMailServers.Template("exim.conf")));
        return new(
            "setpriv", $"--reuid={user}", $"--regid={group}", "--clear-groups", "--", Path.Combine(unpacked.Folder, "usr/sbin/exim4"), "-C",
            configuration, "-bdf")
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["LD_LIBRARY_PATH"] = unpacked.Libraries,
                ["LD_PRELOAD"] = "libnss_wrapper.so",
                ["NSS_WRAPPER_PASSWD"] = users,
                ["NSS_WRAPPER_GROUP"] = groups,
                ["LANG"] = "C",
            },
        };
    }
}

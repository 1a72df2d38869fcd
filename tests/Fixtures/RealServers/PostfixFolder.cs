using System.Net;
using Mail.Local.Processes;

namespace Mail.Tests.Fixtures.RealServers;

/// <summary>All that a private Postfix keeps. It takes e-mail without a login; what it keeps is in <c>kept/new</c>.</summary>
internal sealed class PostfixFolder(string directory, UnpackedMailServers unpacked)
{
    internal const int StartTlsPort = 587;
    internal const int TlsPort = 465;

    private static readonly string[] _queues =
        ["active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace"];

    private readonly string _area = Path.Combine(directory, "postfix");

    /// <summary>Writes its configuration. Returns how it is started.</summary>
    internal async Task<ProgramStart> PrepareAsync(IPAddress address)
    {
        var queue = Path.Combine(_area, "queue");
        var configuration = Directory.CreateDirectory(Path.Combine(_area, "conf")).FullName;
        Directory.CreateDirectory(Path.Combine(queue, "pid"));
        foreach (var name in _queues)
            await UnpackedMailServers.MakeAsync(Path.Combine(queue, name));
        await UnpackedMailServers.MakeAsync(Path.Combine(queue, "maildrop"), "730", group: "news");
        await UnpackedMailServers.MakeAsync(Path.Combine(queue, "public"), "710", group: "news");
        await UnpackedMailServers.MakeAsync(Path.Combine(_area, "data"));
        foreach (var name in (string[])["kept", "greylisted"])
            await UnpackedMailServers.MakeAsync(Path.Combine(_area, name), owner: "nobody");
        var greylist = Path.Combine(_area, "greylist.sh");
        File.Copy(UnpackedMailServers.Template("greylist.sh"), greylist, overwrite: true);
        await File.WriteAllTextAsync(
            Path.Combine(configuration, "main.cf"),
            $"area = {_area}\nunpacked = {unpacked.Folder}\nlibraries = {unpacked.Libraries}\n"
            + await File.ReadAllTextAsync(UnpackedMailServers.Template("main.cf")));
        await File.WriteAllTextAsync(
            Path.Combine(configuration, "master.cf"),
            $"{address}:{StartTlsPort} inet n - n - - smtpd \n{address}:{TlsPort} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes\n"
            + $"greylist unix - n n - 0 spawn user=nobody argv=/bin/bash {greylist} {Path.Combine(_area, "greylisted")}\n"
            + await File.ReadAllTextAsync(UnpackedMailServers.Template("master.cf")));
        return new(Path.Combine(unpacked.Folder, "usr/lib/postfix/sbin/master"), "-c", configuration, "-s")
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["LD_LIBRARY_PATH"] = unpacked.Libraries,
                ["MAIL_CONFIG"] = configuration,
                ["LANG"] = "C",
            },
        };
    }
}

using Mail.Local.Processes;

namespace Mail.Local.Servers;

/// <summary>
/// Packages of the distribution. They start their services when they are installed, and at every boot. Neither is wanted here, so
/// starting is forbidden while they are installed and what was enabled is disabled, but only for packages that were not there before:
/// a service that the machine already had is its owner's.
/// </summary>
public static class Packages
{
    private const string Mark = "written by mail while it installs packages";

    private static readonly ManagementFile _policy = new("/usr/sbin/policy-rc.d", $"#!/bin/sh\n# {Mark}\nexit 101\n");
    private static readonly ManagementFile _cluster =
        new("/etc/postgresql-common/createcluster.d/mail.conf", $"# {Mark}\ncreate_main_cluster = false\n");

    /// <summary>The services that a package brings, and that stay off.</summary>
    private static readonly Dictionary<string, string[]> _services = new(StringComparer.Ordinal)
    {
        ["rabbitmq-server"] = ["rabbitmq-server.service"],
        ["prometheus"] = ["prometheus.service"],
        ["nginx"] = ["nginx.service"],
        ["caddy"] = ["caddy.service"],
    };

    /// <summary>Packages that PostgreSQL and RabbitMQ without containers need, and that are missing.</summary>
    internal static IReadOnlyList<string> Missing()
    {
        List<string> missing = [];
        if (PostgresPrograms.Find() is null)
            missing.Add("postgresql");
        if (RabbitMqServer.FindProgram() is null)
            missing.Add("rabbitmq-server");
        return missing;
    }

    /// <summary>Has PostgreSQL and RabbitMQ installed where they are missing and this may be done.</summary>
    /// <exception cref="LocalException">They are missing; the message has the command that installs them.</exception>
    public static async Task RequireServersAsync()
    {
        var missing = Missing();
        if (missing.Count == 0)
            return;
        if (Tool.Find("apt-get") is null)
        {
            throw new LocalException(
                $"missing: {string.Join(' ', missing)}. Install them with your distribution's package manager, or start a Docker engine.");
        }

        if (!Environment.IsPrivilegedProcess)
        {
            throw new LocalException(
                $"missing: {string.Join(' ', missing)}. This one command installs them, without starting any system service:\n"
                + "  sudo env \"PATH=$PATH\" ./mail servers install");
        }

        Terminal.Say($"Installing from the distribution: {string.Join(' ', missing)} (no system service is started)");
        await InstallAsync(missing);
    }

    /// <summary>The path of a program that tests need, whose package is installed where it is missing.</summary>
    /// <exception cref="LocalException">It is missing, and can't be installed.</exception>
    public static async Task<string> RequireToolAsync(string package, params string[] names)
    {
        if (Tool.Find(names) is { } found)
            return found;
        await RequireAsync(package);
        return Tool.Find(names) ?? throw new LocalException($"{package} was installed, and there is no {names[0]}");
    }

    /// <summary>Has a package installed that tests need.</summary>
    /// <exception cref="LocalException">It can't be installed.</exception>
    public static async Task RequireAsync(string package)
    {
        if (Tool.Find("apt-get") is null || !Environment.IsPrivilegedProcess)
            throw new LocalException($"the tests need {package}: install it with your distribution's package manager");
        Terminal.Say($"Installing from the distribution, for the tests: {package} (no system service is started)");
        await InstallAsync([package]);
    }

    /// <summary>Installs packages.</summary>
    public static async Task InstallAsync(IReadOnlyCollection<string> packages)
    {
        if (packages.Count == 0)
            return;
        var hadErlang = (await new Tool("dpkg", "-s", "erlang-base").RunAsync()).ExitCode == 0;
        using (await LockAptAsync())
        {
            try
            {
                _policy.Put();
                _cluster.Put();
                await AptAsync("update");
                await AptAsync(
                    ["install", "-y", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold", .. packages]);
            }
            finally
            {
                _policy.TakeBack();
                _cluster.TakeBack();
            }
        }

        foreach (var service in packages.SelectMany(package => _services.GetValueOrDefault(package, [])))
            await DisableAsync(service);
        if (packages.Contains("rabbitmq-server", StringComparer.Ordinal) && !hadErlang)
        {
            await DisableAsync("epmd.service");
            await DisableAsync("epmd.socket");
        }
    }

    /// <summary>Unpacks packages into a folder, once, and installs nothing.</summary>
    /// <param name="name">What the folder is called.</param>
    /// <param name="packages">The packages.</param>
    /// <returns>
    /// The folder. It is named for the release: after an upgrade of the machine, what was unpacked before may lack its libraries.
    /// </returns>
    public static async Task<string> UnpackAsync(string name, params string[] packages)
    {
        var folder = Path.Combine("/var/cache/mail-tests", $"{Release()}{name}");
        var complete = Path.Combine(folder, "complete");
        if (File.Exists(complete))
            return folder;
        if (Tool.Find("apt-get") is null)
            throw new LocalException($"these tests need {string.Join(", ", packages)} of Debian or its kin, and there is no apt-get here");
        Terminal.Say($"Fetching from the distribution: {string.Join(' ', packages)} (nothing is installed)");
        var archives = Directory.CreateDirectory(Path.Combine(folder, "archives", "partial")).Parent!.FullName;
        using var locked = await LockAptAsync();
        if (File.Exists(complete))
            return folder;
        await AptAsync("update");
        // One by one: packages that exclude each other can't be asked for together.
        foreach (var package in packages)
        {
            await AptAsync(
                "install", "-y", "--download-only", "--reinstall", "--no-install-recommends", "-o", $"Dir::Cache::archives={archives}",
                package);
        }

        foreach (var archive in Directory.EnumerateFiles(archives, "*.deb"))
            await new Tool("dpkg-deb", "-x", archive, folder).OutputAsync();
        // Set for their package's users, whom there need not be here.
        await new Tool("find", folder, "-perm", "/6000", "-exec", "chmod", "ug-s", "{}", "+").OutputAsync();
        await File.WriteAllTextAsync(complete, "");
        return folder;
    }

    private static string Release()
    {
        var release = File.ReadLines("/etc/os-release").Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1].Trim('"'), StringComparer.Ordinal);
        return $"{release.GetValueOrDefault("ID")}-{release.GetValueOrDefault("VERSION_ID", "rolling")}";
    }

    // Tests that run at once may each want a package, and apt-get does not wait for the lists.
    private static Task<IDisposable> LockAptAsync() => FileLock.TakeAsync("/var/lock/mail-apt");

    private static async Task AptAsync(params string[] arguments) =>
        await new Tool("apt-get", ["-qq", "-o", "DPkg::Lock::Timeout=300", .. arguments])
        {
            Environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["DEBIAN_FRONTEND"] = "noninteractive" },
        }.OutputAsync($"apt-get {arguments[0]} failed");

    private static async Task DisableAsync(string service)
    {
        if (Tool.Find("systemctl") is { } systemctl)
            await new Tool(systemctl, "disable", "--quiet", service).RunAsync();
        var script = Path.GetFileNameWithoutExtension(service);
        if (File.Exists($"/etc/init.d/{script}"))
            await new Tool("update-rc.d", script, "disable").RunAsync();
    }

    /// <summary>A file of the system's management that is there while packages are installed, in the place of the machine's own.</summary>
    private sealed record ManagementFile(string Path, string Content)
    {
        private string Kept => $"{Path}.before-mail";

        internal void Put()
        {
            TakeBack(); // where an earlier run was killed
            if (File.Exists(Path))
                File.Move(Path, Kept, overwrite: true);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            File.WriteAllText(Path, Content);
            File.SetUnixFileMode(Path, (UnixFileMode)0b111_101_101);
        }

        internal void TakeBack()
        {
            if (File.Exists(Path) && File.ReadAllText(Path).Contains(Mark, StringComparison.Ordinal))
                File.Delete(Path);
            if (File.Exists(Kept))
                File.Move(Kept, Path, overwrite: true);
        }
    }
}

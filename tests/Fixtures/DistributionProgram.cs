using Mail.Local;
using Mail.Local.Processes;
using Mail.Local.Servers;

namespace Mail.Tests.Fixtures;

/// <summary>Programs of the distribution that tests need, installed first where they are missing; the product needs none of them.</summary>
public static class DistributionProgram
{
    /// <summary>The path of Chromium.</summary>
    public static Task<string> ChromiumAsync() => Packages.RequireToolAsync("chromium", "chromium", "chromium-browser", "google-chrome");

    /// <summary>The path of promtool, which comes with Prometheus.</summary>
    public static Task<string> PromtoolAsync() => Packages.RequireToolAsync("prometheus", "promtool");

    /// <summary>The path of npm.</summary>
    public static Task<string> NpmAsync() => Packages.RequireToolAsync("npm", "npm");

    /// <summary>The path of nginx, or of Caddy.</summary>
    public static Task<string> ReverseProxyAsync(string name) => Packages.RequireToolAsync(name, name);

    /// <summary>The path of libical, which is fetched and not installed.</summary>
    public static async Task<string> LibicalAsync()
    {
        const string Library = "libical.so.3";
        return await FindAsync("/usr/lib") ?? await FindAsync(await Packages.UnpackAsync("-libical", "libical3"))
            ?? throw new InvalidOperationException($"The package libical3 has no {Library}.");

        // .NET's own walk follows links to folders, some of which lead back up.
        static async Task<string?> FindAsync(string folder) =>
            (await new Tool("find", folder, "-name", Library).RunAsync()).Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
    }

    /// <summary>The path of a Python that has dateutil.</summary>
    public static async Task<string> PythonWithDateutilAsync()
    {
        const string Distributed = "/usr/bin/python3";
        foreach (var python in new[] { Tool.Find("python3"), Distributed }.OfType<string>())
        {
            if (await HasDateutilAsync(python))
                return python;
        }

        await Packages.RequireAsync("python3-dateutil");
        return await HasDateutilAsync(Distributed)
            ? Distributed
            : throw new LocalException($"python3-dateutil was installed, and {Distributed} has none");
    }

    /// <summary>Runs a program. Returns how it ended, and all that it said.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string path, params string[] arguments)
    {
        var result = await new Tool(path, arguments).RunAsync();
        return (result.ExitCode, result.All);
    }

    private static async Task<bool> HasDateutilAsync(string python) =>
        File.Exists(python) && (await new Tool(python, "-c", "import dateutil.rrule").RunAsync()).ExitCode == 0;
}

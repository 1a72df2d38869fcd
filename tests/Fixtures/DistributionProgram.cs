using System.Diagnostics;

namespace Mail.Tests.Fixtures;

/// <summary>Programs of the distribution that tests need, installed first where they are missing.</summary>
public static class DistributionProgram
{
    /// <summary>The path of Chromium.</summary>
    public static Task<string> ChromiumAsync() => FindAsync("browser.sh");

    /// <summary>The path of promtool, which comes with Prometheus.</summary>
    public static Task<string> PromtoolAsync() => FindAsync("promtool.sh");

    /// <summary>The path of libical, which is fetched and not installed.</summary>
    public static Task<string> LibicalAsync() => FindAsync("libical.sh");

    /// <summary>The path of a Python that has dateutil.</summary>
    public static Task<string> PythonWithDateutilAsync() => FindAsync("dateutil.sh");

    /// <summary>The path of nginx, or of Caddy.</summary>
    public static Task<string> ReverseProxyAsync(string name) => FindAsync("reverse-proxy.sh", name);

    /// <summary>Runs a program. Returns how it ended, and all that it said.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string path, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(path, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Concat(said));
    }

    private static async Task<string> FindAsync(string script, params string[] arguments) =>
        (await NativeScript.BashAsync([NativeScript.PathOf(script), .. arguments])).Split('\n')[^1];
}

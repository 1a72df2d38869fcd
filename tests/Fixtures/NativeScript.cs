using System.Diagnostics;

namespace Mail.Tests.Fixtures;

/// <summary>The product's script for PostgreSQL and RabbitMQ without containers, <c>deploy/native/servers.sh</c>, on a directory.</summary>
/// <param name="directory">What its functions know as <c>$1</c>.</param>
public sealed class NativeScript(string directory)
{
    private static readonly string _script = Path.Combine(Repository.Root, "deploy", "native", "servers.sh");

    /// <summary>Runs commands among the script's functions, with the directory as <c>$1</c>. Returns what they print.</summary>
    /// <exception cref="InvalidOperationException">They failed; what they said is on standard error.</exception>
    public async Task<string> RunAsync(string commands)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", $"source '{_script}'; {commands}", "bash", directory]) { UseShellExecute = false, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("There is no bash.");
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"{commands} failed: see above.");
    }
}

using System.Diagnostics;

namespace Mail.Tests.Fixtures;

/// <summary>The product's script for PostgreSQL and RabbitMQ without containers, <c>deploy/native/servers.sh</c>, on a directory.</summary>
/// <param name="directory">What its functions know as <c>$1</c>.</param>
public sealed class NativeScript(string directory)
{
    /// <summary>Runs commands among the script's functions, with the directory as <c>$1</c>. Returns what they print.</summary>
    /// <exception cref="InvalidOperationException">They failed; what they said is on standard error.</exception>
    public Task<string> RunAsync(string commands) => BashAsync("-c", $"source '{PathOf("servers.sh")}'; {commands}", "bash", directory);

    /// <summary>The path of one of the scripts.</summary>
    internal static string PathOf(string script) => Path.Combine(Repository.Root, "deploy", "native", script);

    /// <summary>Runs bash with these arguments. Returns what it prints.</summary>
    /// <exception cref="InvalidOperationException">It failed; what it said is on standard error.</exception>
    internal static async Task<string> BashAsync(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("bash", arguments) { UseShellExecute = false, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("There is no bash.");
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output.Trim()
            : throw new InvalidOperationException($"{string.Join(' ', arguments)} failed: see above.");
    }

    /// <summary>What a line <c>NAME=…</c> of an output says.</summary>
    internal static string Value(string output, string name) =>
        output.Split('\n').Single(line => line.StartsWith($"{name}=", StringComparison.Ordinal))[(name.Length + 1)..];
}

using System.Diagnostics;
using System.Text.RegularExpressions;
using Mail.Tests.Fixtures;

[assembly: AssemblyFixture(typeof(Mail.Tests.Models.CompiledModel))]
// The checker keeps one core busy, and the continuous integration has two.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.All, MaxThreads = 2)]

namespace Mail.Tests.Models;

/// <summary>The model in <c>models/</c>, compiled once for all of its test cases.</summary>
public sealed partial class CompiledModel : IAsyncLifetime
{
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(5);
    private readonly string _script = Path.Combine(Repository.Root, "models", "check");

    public async ValueTask InitializeAsync() => await RunAsync("compile");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Checks one test case. Returns what the checker found, or null where every schedule went well.</summary>
    public async Task<string?> CheckAsync(string testCase, int schedules)
    {
        var folder = Directory.CreateTempSubdirectory("mail-model-");
        try
        {
            var output = await RunAsync("run", testCase, $"{schedules}", folder.FullName);
            if (output.Contains("..... Found 0 bugs.", StringComparison.Ordinal)
                && output.Contains($"Explored {schedules} schedules", StringComparison.Ordinal))
            {
                return null;
            }

            var traces = folder.GetFiles("*.txt", SearchOption.AllDirectories).Select(file => File.ReadAllText(file.FullName));
            return traces.Select(trace => Violation().Match(trace)).FirstOrDefault(match => match.Success)?.Groups["what"].Value
                ?? throw new InvalidOperationException($"The checker says neither that it found something nor that it did not:\n{output}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [GeneratedRegex(@"^<ErrorLog> (?<what>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Violation();

    private async Task<string> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(_script, arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        using var deadline = new CancellationTokenSource(_longest);
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            // The checker also ends with something else than 0 where it has found a bug.
            return process.ExitCode == 0 || arguments[0] == "run"
                ? output
                : throw new InvalidOperationException($"models/check ended with {process.ExitCode}:\n{output}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}

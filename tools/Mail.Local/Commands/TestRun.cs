using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Mail.Local.Processes;
using Mail.Local.Running;

namespace Mail.Local.Commands;

/// <summary>
/// Runs the test projects, and counts. A project counts as a failure of its own where it crashed, took too long, or ran nothing.
/// </summary>
/// <param name="checkout">The checkout, which is built.</param>
/// <param name="filter">What the class, the method or the namespace contains; null for all.</param>
/// <param name="isLong">Whether the long ones run, too.</param>
internal sealed partial class TestRun(Checkout checkout, string? filter, bool isLong)
{
    // The longest takes two thirds of it. Without a limit one test that never ends would take the result of all others with it.
    private const string LongestProject = "30m";

    // The exit codes of https://aka.ms/testingplatform/exitcodes.
    private const int Aborted = 3;
    private const int NothingRun = 8;

    // The quick ones come first, alone. The model checker needs a processor and no servers: what whole systems leave idle is enough.
    // Tests of single servers mostly wait.
    private static readonly string[][] _together = [["EndToEnd", "Models"], ["Page", "Servers"]];

    private readonly Progress _progress = new(checkout.Run);
    private readonly ConcurrentDictionary<string, ProjectResult> _results = new(StringComparer.Ordinal);

    /// <returns>The exit code: 1 where one failed.</returns>
    internal async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var projects = Projects();
        foreach (var project in projects.Except(_together.SelectMany(pair => pair), StringComparer.Ordinal))
            await RunAsync([project], cancellationToken);
        foreach (var pair in _together)
            await RunAsync(pair, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        var (passed, failed) = (0, 0);
        foreach (var project in projects)
        {
            var result = _results[project];
            passed += result.Passed;
            failed += result.Failed;
            if (result.ExitCode == NothingRun && filter is not null)
                continue;
            if (result.Passed + result.Failed == 0 || (result.ExitCode != 0 && result.Failed == 0))
            {
                if (result.ExitCode == Aborted)
                    Terminal.Print($"== {project} was aborted: is there a test that takes longer than {LongestProject}?");
                Terminal.Print($"== {project} ended with exit code {result.ExitCode} and counts as a failure");
                failed++;
            }
        }

        if (passed + failed == 0)
        {
            Terminal.Say($"no test matches {filter ?? "anything"}");
            failed = 1;
        }

        // Once more at the end: what a failed test logged can be thousands of lines.
        foreach (var line in projects.SelectMany(project => _results[project].FailureLines()))
            Terminal.Print(line);
        return Conclude(passed, failed);
    }

    /// <summary>Prints the last line.</summary>
    internal static int Conclude(int passed, int failed)
    {
        Terminal.Print($"{passed} passed, {failed} failed");
        return failed > 0 ? 1 : 0;
    }

    private Task RunAsync(string[] projects, CancellationToken cancellationToken) => _progress.ShowAsync(
        $"Testing {string.Join(" and ", projects)}",
        () => Task.WhenAll(projects.Select(project => RunAsync(project, cancellationToken))));

    private async Task RunAsync(string project, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        List<string> lines = [$"== {project}"];
        var exitCode = await TestOf(project).RunAsync(lines.Add, lines.Add, cancellationToken);
        _results[project] = new(exitCode, lines);
        foreach (var line in lines)
            Terminal.Print(line);
    }

    private Tool TestOf(string project)
    {
        // Either the class or the method or the namespace; several queries are joined by "or".
        string[] options = filter is not null
            ? ["--filter-query", $"/*/*{filter}*/*/*", "--filter-query", $"/*/*/*{filter}*/*", "--filter-query", $"/*/*/*/*{filter}*"]
            : isLong ? [] : ["--filter-not-trait", "Length=long"];
        // The model checker takes a processor for itself.
        var priority = project == "Models" ? "5" : "0";
        return new Tool(
            "nice",
            [
                "-n", priority, "dotnet", "test", "--project", checkout.At("tests", project, $"{project}.csproj"), "-c", "Release",
                "--no-build", "--timeout", LongestProject, .. options,
            ])
        {
            WorkingDirectory = checkout.Root,
            // The summary is read.
            Environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["DOTNET_CLI_UI_LANGUAGE"] = "en" },
        };
    }

    // Not the fixtures, nor the application that one of the tests starts.
    private List<string> Projects() =>
    [
        .. Directory.EnumerateDirectories(checkout.At("tests")).SelectMany(folder => Directory.EnumerateFiles(folder, "*.csproj"))
            .Where(file => File.ReadAllText(file).Contains("Include=\"xunit.v3\"", StringComparison.Ordinal))
            .Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal),
    ];

    private sealed record ProjectResult(int ExitCode, IReadOnlyList<string> Lines)
    {
        internal int Passed { get; } = Count(Lines, "succeeded");

        internal int Failed { get; } = Count(Lines, "failed");

        internal IEnumerable<string> FailureLines()
        {
            for (var (index, left) = (0, 0); index < Lines.Count; index++, left--)
            {
                if (Lines[index].StartsWith("failed ", StringComparison.Ordinal))
                    left = 7;
                if (left > 0)
                    yield return Lines[index].Length > 300 ? Lines[index][..300] : Lines[index];
            }
        }

        // The summary at the end has a line for each.
        private static int Count(IReadOnlyList<string> lines, string label) => lines.Select(line => SummaryLine().Match(line))
            .Where(match => match.Success && match.Groups["label"].Value == label)
            .Select(match => int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture)).LastOrDefault();
    }

    [GeneratedRegex("^ +(?<label>[a-z]+): (?<count>[0-9]+)$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex SummaryLine();
}

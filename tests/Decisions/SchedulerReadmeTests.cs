using System.Text.RegularExpressions;

namespace Mail.Tests.Decisions;

/// <summary>What the scheduler's README promises is held by the tests that it names.</summary>
public sealed partial class SchedulerReadmeTests
{
    private static readonly string[] _kinds = ["class", "Task", "void"];
    private static readonly string[] _ends = ["(", "\n", " : "];

    [Fact]
    public async Task Every_test_that_the_readme_names_is_there()
    {
        var readme = await File.ReadAllTextAsync(
            Path.Combine(Checkout.Root, "scheduler", "README.md"), TestContext.Current.CancellationToken);
        var files = Directory.EnumerateFiles(Path.Combine(Checkout.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories);
        var tests = string.Concat(files.Select(File.ReadAllText));
        var named = Name().Matches(readme).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal).ToList();
        Assert.True(named.Count > 10);
        var missing = named.Where(name => !_kinds.Any(kind => _ends.Any(end =>
            tests.Contains($"{kind} {name}{end}", StringComparison.Ordinal))));
        Assert.Equal([], missing.ToArray());
    }

    [GeneratedRegex(@"`(?<name>\w+Tests|[A-Z][a-z]*_\w+)`", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}

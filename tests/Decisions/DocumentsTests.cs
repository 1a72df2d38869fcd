using System.Text.RegularExpressions;

namespace Mail.Tests.Decisions;

/// <summary>What the README and the pages name is there: files, headings, folders.</summary>
public sealed partial class DocumentsTests
{
    private static readonly string _root = Checkout.Root;

    public static TheoryData<string> Pages =>
    [
        .. new[] { "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "scheduler/README.md" },
        .. Directory.EnumerateFiles(Path.Combine(_root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(_root, file)),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_of_a_page_leads_somewhere(string page)
    {
        var folder = Path.GetDirectoryName(Path.Combine(_root, page))!;
        foreach (var link in Link().Matches(File.ReadAllText(Path.Combine(_root, page))).Select(match => match.Groups["to"].Value))
        {
            if (link.Contains("://", StringComparison.Ordinal))
                continue;
            var (path, anchor) = link.Split('#') is [var before, var after] ? (before, after) : (link, null);
            var target = path.Length == 0 ? Path.Combine(_root, page) : Path.GetFullPath(Path.Combine(folder, path));
            Assert.True(File.Exists(target) || Directory.Exists(target), $"{page} links to {link}, which is not there");
            Assert.True(
                anchor is null || Headings(target).Contains(anchor, StringComparer.Ordinal),
                $"{page} links to {link}, and there is no such heading");
        }
    }

    [Fact]
    public void The_readmes_map_has_every_hop_and_every_room()
    {
        var readme = File.ReadAllText(Path.Combine(_root, "README.md"));
        Assert.InRange(Link().Matches(readme).Count(match => match.Groups["to"].Value.EndsWith(".cs", StringComparison.Ordinal)), 14, 40);
        var rooms = Room().Matches(readme).Select(match => match.Groups["room"].Value).ToList();
        Assert.Equal(
            ["bench", "contracts", "deploy", "models", "scheduler", "services", "store", "tests"], rooms.Order(StringComparer.Ordinal));
        Assert.All(rooms, room => Assert.True(Directory.Exists(Path.Combine(_root, room)), room));
    }

    [Fact]
    public void Every_variable_that_a_service_reads_from_the_compose_file_is_on_the_page_of_settings()
    {
        var settings = File.ReadAllText(Path.Combine(_root, "docs/settings.md"));
        foreach (var name in Variable()
            .Matches(File.ReadAllText(Path.Combine(_root, "docker-compose.yml")))
            .Select(match => match.Groups["name"].Value)
            .Where(name => !name.StartsWith("POSTGRES_", StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal))
        {
            Assert.Contains(name, settings, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0, "TypeScript/shop.ts")]
    [InlineData(1, "CSharp/NSwagShop.cs")]
    [InlineData(2, "CSharp/KiotaShop.cs")]
    public void The_code_for_generated_clients_is_code_that_the_tests_run(int number, string program)
    {
        var code = Code().Matches(File.ReadAllText(Path.Combine(_root, "docs/clients.md")))[number].Groups["code"].Value;
        var run = Lines(File.ReadAllText(Path.Combine(_root, "tests", "Clients", program)));
        Assert.All(code.Split("\n\n"), paragraph => Assert.Contains(Lines(paragraph), run, StringComparison.Ordinal));

        static string Lines(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));
    }

    [Fact]
    public void The_commands_for_generated_clients_are_those_of_the_tests()
    {
        var generate = File.ReadAllText(Path.Combine(_root, "tests", "Clients", "generate"));
        var commands = Regex.Matches(
            File.ReadAllText(Path.Combine(_root, "docs/clients.md")), @"dotnet (nswag|kiota) .*(\\\n.*)*", RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(10));
        Assert.Equal(2, commands.Count);
        foreach (var option in commands.SelectMany(command => Regex.Matches(
            command.Value, @" (?<option>/[a-zA-Z]+:(?!http)|--[a-z-]+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10))))
        {
            Assert.Contains(option.Groups["option"].Value, generate, StringComparison.Ordinal);
        }
    }

    // As GitHub makes them.
    private static IEnumerable<string> Headings(string file) =>
        File.ReadLines(file).Where(line => line.StartsWith('#'))
            .Select(line => NotInAnchors().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\((?<to>[^)\s]+)\)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Link();

    [GeneratedRegex(
        @"^```(ts|csharp)\n(?<code>.*?)\n```$", RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.Singleline,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Code();

    [GeneratedRegex(@"^(?<room>[a-z]+)/ ", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.Multiline)]
    private static partial Regex Room();

    [GeneratedRegex(@"\$\{(?<name>[A-Z_]+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Variable();

    [GeneratedRegex("[^a-z0-9 _-]", RegexOptions.NonBacktracking)]
    private static partial Regex NotInAnchors();
}

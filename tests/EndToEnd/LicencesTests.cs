using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>What the services are made of: <c>./mail sbom</c>.</summary>
public sealed class LicencesTests
{
    // All of them let the product be used, changed and sold, and ask for no more than their notice.
    private static readonly string[] _taken = ["Apache-2.0", "BSD-3-Clause", "MIT", "PostgreSQL"];

    [Fact]
    public async Task Every_package_of_the_services_has_a_licence_that_asks_for_no_more_than_its_notice()
    {
        var file = Path.Combine(Path.GetTempPath(), $"sbom-{Environment.ProcessId}.json");
        var (exitCode, output) = await DistributionProgram.RunAsync(Path.Combine(Repository.Root, "mail"), "sbom", file);
        Assert.True(exitCode == 0, output);
        var bill = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        File.Delete(file);
        var packages = bill["components"]!.AsArray().ToDictionary(
            package => $"{(string)package!["name"]!} {(string)package["version"]!}",
            package =>
                package!["licenses"]?.AsArray()
                    .Select(licence => (string?)licence!["license"]?["id"] ?? (string?)licence["expression"]).ToList()
                ?? [],
            StringComparer.Ordinal);
        Assert.Contains(packages.Keys, package => package.StartsWith("MassTransit 8.", StringComparison.Ordinal));
        Assert.All(packages, package => Assert.Contains(package.Value, licence => _taken.Contains(licence, StringComparer.Ordinal)));
    }
}

using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;
using Mail.Tests.Fixtures;

namespace Mail.Tests.Servers.Scheduler;

/// <summary>The library as others get it: as a NuGet package.</summary>
public sealed class PackageTests(TestServers servers) : IAsyncLifetime
{
    // A version that no other run has: NuGet keeps what it has once unpacked.
    private readonly string _version = $"1.0.0-test.{Environment.ProcessId}.{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}";
    private readonly string _folder = Directory.CreateTempSubdirectory("scheduler-package").FullName;

    public async ValueTask InitializeAsync() => await DotnetAsync(
        "pack", Path.Combine(Repository.Root, "scheduler", "PostgresScheduler.csproj"), "--no-build", "--no-restore", "-c",
        Repository.Configuration, "-o", _folder, $"-p:PackageVersion={_version}");

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var unpacked = Path.Combine(packages, "postgresscheduler", _version);
        if (Directory.Exists(unpacked))
            Directory.Delete(unpacked, recursive: true);
        return default;
    }

    [Fact]
    public async Task It_has_a_readme_a_licence_documentation_and_symbols()
    {
        await using var package = await ZipFile.OpenReadAsync(
            Path.Combine(_folder, $"PostgresScheduler.{_version}.nupkg"), TestContext.Current.CancellationToken);
        var files = package.Entries.Select(entry => entry.FullName).ToList();
        Assert.Superset(
            new HashSet<string>(["README.md", "LICENSE", "lib/net10.0/PostgresScheduler.dll", "lib/net10.0/PostgresScheduler.xml"]),
            files.ToHashSet());
        await using var manifest = await package.GetEntry("PostgresScheduler.nuspec")!.OpenAsync(TestContext.Current.CancellationToken);
        var document = await XDocument.LoadAsync(manifest, LoadOptions.None, TestContext.Current.CancellationToken);
        var metadata = document.Descendants().ToList();
        Assert.Equal(("MIT", "README.md"), (ValueOf("license"), ValueOf("readme")));
        Assert.Contains(metadata, element => element.Name.LocalName == "repository" && element.Attribute("commit") is not null);
        await using var symbols = await ZipFile.OpenReadAsync(
            Path.Combine(_folder, $"PostgresScheduler.{_version}.snupkg"), TestContext.Current.CancellationToken);
        Assert.Contains(symbols.Entries, entry => entry.FullName == "lib/net10.0/PostgresScheduler.pdb");

        string ValueOf(string name) => metadata.First(element => element.Name.LocalName == name).Value;
    }

    [Fact, Long]
    public async Task An_application_uses_the_package_and_nothing_else_of_this_repository()
    {
        var output = Path.Combine(_folder, "app");
        await DotnetAsync(
            "build", Path.Combine(Repository.Root, "tests", "SchedulingApp", "SchedulingApp.csproj"), "-c", "Release", "-o", output,
            "--nologo", $"-p:SchedulerPackage={_version}", $"-p:RestoreAdditionalProjectSources={_folder}",
            $"-p:BaseIntermediateOutputPath={Path.Combine(_folder, "obj")}/");
        using var app = Process.Start(new ProcessStartInfo("dotnet",
            [Path.Combine(output, "SchedulingApp.dll"), await servers.NewVirtualHostAsync(), await servers.NewDatabaseAsync()])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        var lines = new List<string>();
        using var deadline = new CancellationTokenSource(Deadline.Start);
        try
        {
            while (lines is not [.., "tea last"] && await app.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
            {
                if (line.StartsWith("tea ", StringComparison.Ordinal))
                    lines.Add(line);
            }
        }
        finally
        {
            app.Kill();
        }

        Assert.Equal(
            ["tea anew", "tea hot", "tea last", "tea published", "tea sent 00000000-0000-0000-0000-000000000001 two"],
            lines.Order(StringComparer.Ordinal));
    }

    private static async Task DotnetAsync(params string[] arguments)
    {
        var (exitCode, output) = await DistributionProgram.RunAsync("dotnet", arguments);
        Assert.True(exitCode == 0, output);
    }
}

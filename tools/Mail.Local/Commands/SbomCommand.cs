using System.CommandLine;
using Mail.Local.Processes;
using Mail.Local.Running;

namespace Mail.Local.Commands;

/// <summary><c>./mail sbom</c>: what the services are made of, with licences, from what NuGet has resolved for them.</summary>
internal static class SbomCommand
{
    internal static Command Create(Checkout checkout)
    {
        var file = new Argument<string>("file") { Description = "Where it is written to (CycloneDX, JSON)" };
        var command = new Command("sbom", "Writes what the services are made of, with licences") { file };
        command.SetAction(async (parsed, _) =>
        {
            await WriteAsync(checkout, Path.GetFullPath(parsed.GetRequiredValue(file)));
            return 0;
        });
        return command;
    }

    private static async Task WriteAsync(Checkout checkout, string file)
    {
        var solution = checkout.At("deploy", "services.slnf");
        await RestoredTools.RestoreAsync(checkout);
        await DotnetAsync("restore", solution, "-v", "quiet");
        var described = Tool.Find("git") is { } git
            ? await new Tool(git, "-C", checkout.Root, "describe", "--always", "--dirty").RunAsync()
            : null;
        await DotnetAsync(
            "tool", "run", "dotnet-CycloneDX", "--", solution, "-dpr", "-F", "Json", "-st", "Application", "-sn", "Mail",
            "-sv", described?.ExitCode == 0 ? described.Output.Trim() : "unknown",
            "-o", Path.GetDirectoryName(file)!, "-fn", Path.GetFileName(file));

        async Task DotnetAsync(params string[] arguments)
        {
            var result = await new Tool("dotnet", arguments) { WorkingDirectory = checkout.Root }.RunAsync();
            if (result.ExitCode == 0)
                return;
            Terminal.Say(result.All.Trim());
            throw new LocalException("no bill of materials was made");
        }
    }
}

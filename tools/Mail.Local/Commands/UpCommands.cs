using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using Mail.Local.Running;

namespace Mail.Local.Commands;

/// <summary><c>./mail up</c> and <c>./mail down</c>.</summary>
internal static class UpCommands
{
    internal static Command CreateUp(LocalSystem system)
    {
        var native = new Option<bool>("--native") { Description = "As processes of this machine" };
        var docker = new Option<bool>("--docker") { Description = "In containers; the default where a Docker engine answers" };
        var scale = new Option<(ServiceKind Kind, int Count)[]>("--scale")
        {
            Description = "config=N, scheduler=N or sender=N instances; stays until changed or down",
            HelpName = "KIND=N",
            CustomParser = ParseScale,
        };
        scale.CompletionSources.Add(_ => ServiceKind.All.Select(kind => new CompletionItem($"{kind.Name}=")));
        var command = new Command(
            "up",
            "Starts everything, waits until it is ready, and prints the addresses and the API key; run again, it restarts what is dead and "
            + "applies changed settings")
        {
            native, docker, scale,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(native) && result.GetValue(docker))
                result.AddError("--native and --docker exclude each other");
        });
        command.SetAction(async (parsed, _) =>
        {
            var mode = parsed.GetValue(native) ? NativeSystem.ModeName : parsed.GetValue(docker) ? DockerSystem.ModeName : null;
            using var locked = await system.LockAsync();
            var asked = new Dictionary<ServiceKind, int>();
            foreach (var (kind, count) in parsed.GetValue(scale) ?? [])
                asked[kind] = count;
            await system.UpAsync(mode, asked);
            return 0;
        });
        return command;
    }

    internal static Command CreateDown(LocalSystem system)
    {
        var wipe = new Option<bool>("--wipe") { Description = "Also deletes the data" };
        var command = new Command("down", "Stops everything") { wipe };
        command.SetAction(async (parsed, _) =>
        {
            using var locked = await system.LockAsync();
            await system.DownAsync(parsed.GetValue(wipe));
            Terminal.Say(parsed.GetValue(wipe) ? "Stopped, and the data is deleted" : "Stopped");
            return 0;
        });
        return command;
    }

    private static (ServiceKind Kind, int Count)[] ParseScale(ArgumentResult result)
    {
        var parsed = result.Tokens.Select(token => Scale.Parse(token.Value)).ToList();
        if (parsed.TrueForAll(pair => pair is not null))
            return [.. parsed.Select(pair => pair!.Value)];
        result.AddError("--scale wants config=N, scheduler=N or sender=N, with N from 0 to 50");
        return [];
    }
}

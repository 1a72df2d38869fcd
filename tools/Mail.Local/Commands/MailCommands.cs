using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Mail.Local.Running;

namespace Mail.Local.Commands;

/// <summary>The commands of <c>./mail</c>, with their options.</summary>
internal static class MailCommands
{
    private static readonly string[] _withSdk = ["test", "bench", "chaos", "sbom", "servers"];

    /// <summary>Runs what the arguments say.</summary>
    /// <returns>The exit code: 2 where the arguments are wrong.</returns>
    /// <exception cref="LocalException">It could not be done.</exception>
    internal static async Task<int> InvokeAsync(Checkout checkout, string[] arguments)
    {
        var root = Create(checkout);
        var parsed = root.Parse(arguments is [] or ["help"] ? ["--help"] : arguments, new() { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction)
        {
            var what = parsed.UnmatchedTokens.Count > 0
                ? $"unknown command or option {parsed.UnmatchedTokens[0]}"
                : parsed.Errors[0].Message;
            Terminal.Say($"error: {what}");
            Terminal.Say($"{string.Join(' ', NamesOf(parsed.CommandResult))} --help shows what there is");
            return 2;
        }

        var name = parsed.CommandResult.Command.Name;
        if (Checkout.IsInContainer && _withSdk.Contains(name, StringComparer.Ordinal))
            throw new LocalException($"{name} needs the .NET SDK that global.json asks for: https://dotnet.microsoft.com/download");
        return await parsed.InvokeAsync(new()
        {
            EnableDefaultExceptionHandler = false,
            // These end what they started when they are told to stop. Everything else ends at once: the next ./mail mends what is left.
            ProcessTerminationTimeout = name is "test" or "bench" or "chaos" or "logs" ? TimeSpan.FromMinutes(2) : null,
        });
    }

    /// <summary>All commands.</summary>
    internal static RootCommand Create(Checkout checkout)
    {
        var system = new LocalSystem(checkout);
        var root = new RootCommand("Starts, stops, tests and shows the whole system. Settings come from the environment and from .env.")
        {
            DemoCommand.Create(checkout, system), UpCommands.CreateUp(system), UpCommands.CreateDown(system),
            StatusCommands.CreateStatus(system), StatusCommands.CreateLogs(system), DoctorCommand.Create(checkout, system),
            TestCommand.Create(checkout), BenchCommand.Create(checkout), ChaosCommand.Create(checkout),
            ReleaseCommand.Create(system), BackupCommands.CreateBackup(checkout, system), BackupCommands.CreateRestore(checkout, system),
            SbomCommand.Create(checkout), ServersCommand.Create(), CompletionCommand.Create(),
        };
        return root;
    }

    private static IEnumerable<string> NamesOf(CommandResult command) =>
        command.Parent is CommandResult parent ? [.. NamesOf(parent), command.Command.Name] : ["./mail"];
}

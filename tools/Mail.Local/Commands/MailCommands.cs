using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Mail.Local.Running;

namespace Mail.Local.Commands;

/// <summary>The commands of <c>./mail</c>, with their options.</summary>
internal static class MailCommands
{
    /// <summary>Runs what the arguments say.</summary>
    /// <returns>The exit code: 2 where the arguments are wrong.</returns>
    /// <exception cref="LocalException">It could not be done.</exception>
    internal static async Task<int> InvokeAsync(Checkout checkout, string[] arguments)
    {
        var root = Create(checkout);
        var parsed = root.Parse(arguments.Length == 0 ? ["--help"] : arguments);
        if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction)
        {
            var what = parsed.UnmatchedTokens.Count > 0
                ? $"unknown command or option {parsed.UnmatchedTokens[0]}"
                : parsed.Errors[0].Message;
            Terminal.Say($"error: {what}");
            Terminal.Say($"{string.Join(' ', NamesOf(parsed.CommandResult))} --help shows what there is");
            return 2;
        }

        // What is told to stop clears up behind itself: servers of a bench, for example.
        return await parsed.InvokeAsync(new()
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromMinutes(2),
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

using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mail.Local.Running;

namespace Mail.Local.Commands;

/// <summary><c>./mail status</c> and <c>./mail logs</c>.</summary>
internal static class StatusCommands
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    internal static Command CreateStatus(LocalSystem system)
    {
        var json = new Option<bool>("--json") { Description = "Prints JSON in place of the table" };
        var command = new Command("status", "Shows what runs, since when, and how it is") { json };
        command.SetAction(async (parsed, _) =>
        {
            var statuses = await system.Current(system.LoadSettings()).StatusAsync();
            if (parsed.GetValue(json))
                Terminal.Print(JsonSerializer.Serialize(statuses, _json));
            else if (statuses.Count == 0)
                Terminal.Say("Nothing is running; ./mail up starts it.");
            else
                PrintTable(statuses);
            return statuses.Count > 0 && statuses.All(status => status.Alive) ? 0 : 1;
        });
        return command;
    }

    internal static Command CreateLogs(LocalSystem system)
    {
        var service = new Argument<string?>("service")
        {
            Description = "Those of one, for example sender or sender-2",
            HelpName = "service",
            Arity = ArgumentArity.ZeroOrOne,
        };
        service.CompletionSources.Add([.. ServiceKind.All.Select(kind => kind.Name), "postgres", "rabbitmq", "inbox"]);
        var command = new Command("logs", "Follows the logs of all, or of one service") { service };
        command.SetAction((parsed, cancellationToken) =>
            system.Current(system.LoadSettings()).FollowLogsAsync(parsed.GetValue(service), cancellationToken));
        return command;
    }

    private static void PrintTable(IReadOnlyList<ProcessStatus> statuses)
    {
        List<string[]> rows =
        [
            ["NAME", "PID", "SINCE", "STATE", "ADDRESS"],
            .. statuses.Select(status => (string[])
            [
                status.Name, status.Pid?.ToString(CultureInfo.InvariantCulture) ?? "-",
                status.Since?.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "-", status.State,
                status.Address ?? "",
            ]),
        ];
        var widths = rows[0].Select((_, column) => rows.Max(row => row[column].Length)).ToList();
        foreach (var row in rows)
            Terminal.Print(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}

using System.CommandLine;
using Mail.Local.Processes;
using Mail.Local.Running;
using Mail.Local.Servers;

namespace Mail.Local.Commands;

/// <summary><c>./mail bench</c>: the program <c>bench</c>, on servers of its own that are gone with what they kept at its end.</summary>
internal static class BenchCommand
{
    private static readonly string[] _scenarios =
        ["save", "api", "cancel", "burst", "attachments", "lateness", "page", "growth", "footprint", "scheduler", "limits"];

    internal static Command Create(Checkout checkout)
    {
        var scenario = new Argument<string?>("scenario")
        {
            Description = $"One of {string.Join(", ", _scenarios)}; all but the last two where it is left out. scheduler is the library "
                + "alone; limits is mail servers that allow only so much, some 20 minutes",
            HelpName = "scenario",
            Arity = ArgumentArity.ZeroOrOne,
        };
        scenario.AcceptOnlyFromAmong(_scenarios);
        var json = new Option<bool>("--json") { Description = "Prints JSON in place of the table" };
        var quick = new Option<bool>("--quick") { Description = "A tenth of the work" };
        var only = new Option<string>("--only") { Description = "ours, quartz or hangfire", HelpName = "WHOSE" };
        only.AcceptOnlyFromAmong("ours", "quartz", "hangfire");
        var burst = new Option<int?>("--burst") { Description = "How many e-mails fall due at once", HelpName = "N" };
        var command = new Command("bench", "Measures the whole beside Quartz and Hangfire with MailKit")
        {
            scenario, json, quick, only, burst,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            checkout, parsed.GetValue(scenario), [.. parsed.Tokens.Skip(1).Select(token => token.Value)], cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Checkout checkout, string? scenario, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        await Packages.RequireServersAsync();
        if (!await Solution.BuildAsync(checkout))
            return 1;
        // Not in /tmp, which may be memory: what a flush to the disk costs is a part of what is measured.
        var directory = Directory.CreateDirectory($"/var/tmp/mail-bench-{Environment.ProcessId}");
        var servers = new ServerPair(directory.FullName);
        try
        {
            await servers.StartAsync();
            var bench = new Tool("dotnet", [checkout.At("bench", "bin", "Release", "net10.0", "Bench.dll"), .. arguments])
            {
                Environment = new Dictionary<string, string?>(StringComparer.Ordinal)
                {
                    ["ConnectionStrings__Postgres"] = servers.Postgres.ConnectionString,
                    ["ConnectionStrings__RabbitMq"] = servers.RabbitMq.Address,
                    ["RABBITMQ_MANAGEMENT"] = servers.RabbitMq.Management,
                    ["BENCH_SERVERS"] = directory.FullName,
                },
            };
            return await new Progress(checkout.Run).ShowToolAsync($"Measuring {scenario ?? "everything"}", bench, null, cancellationToken);
        }
        finally
        {
            await servers.StopAsync();
            servers.Wipe();
            directory.Delete(recursive: true);
        }
    }
}

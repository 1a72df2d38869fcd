using Mail.Bench;
using Mail.Bench.Scheduler;

if (Options.Parse(args) is not { } options)
{
    await Console.Error.WriteLineAsync(Options.Usage);
    return 2;
}

await using var servers = await Servers.ConnectAsync();
var report = options.Scenario switch
{
    SchedulerScenario.Name => await new SchedulerScenario(servers, options, TimeProvider.System).RunAsync(),
    _ => throw new InvalidOperationException($"{options.Scenario} is in the list of scenarios and cannot be run."),
};
await Console.Out.WriteLineAsync(options.Json ? report.ToJson() : report.ToText());
return 0;

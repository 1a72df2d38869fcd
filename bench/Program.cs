using Mail.Bench;
using Mail.Bench.Email;
using Mail.Bench.Scheduler;

if (args is [Sink.Verb])
{
    await new Sink(TimeProvider.System).RunAsync();
    return 0;
}

if (args is [HarnessVerbs.Verb, .. var verb])
{
    await HarnessVerbs.RunAsync(verb);
    return 0;
}

if (Options.Parse(args) is not { } options)
{
    await Console.Error.WriteLineAsync(Options.Usage);
    return 2;
}

await using var servers = await Servers.ConnectAsync();
var report = options.Scenario switch
{
    LimitsScenario.Name => await new LimitsScenario(servers, options, TimeProvider.System).RunAsync(),
    SchedulerScenario.Name => await new SchedulerScenario(servers, options, TimeProvider.System).RunAsync(),
    _ => await new EmailScenarios(servers, options, TimeProvider.System).RunAsync(),
};
await Console.Out.WriteLineAsync(options.Json ? report.ToJson() : report.ToText());
return 0;

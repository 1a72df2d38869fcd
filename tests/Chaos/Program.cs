using System.Runtime.InteropServices;
using Mail.Tests.Chaos;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

if (args is ["attack", .. var options])
    return await AttackAsync(options);
return args.Contains("--server") || args.Contains("--internal-msbuild-node")
    ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await ConsoleRunner.Run(args);

static async Task<int> AttackAsync(string[] arguments)
{
    if (ChaosOptions.Parse(arguments) is not { } options)
    {
        await Console.Error.WriteLineAsync("usage: ./mail chaos [--seed S] [--minutes M] [--email-rate R]");
        return 2;
    }

    using var interrupted = new CancellationTokenSource();
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
    try
    {
        var report = await Attack.RunAsync(options, Console.Error.WriteLine, interrupted.Token);
        Console.WriteLine(report);
        return report.Violations.Count == 0 ? 0 : 1;
    }
    catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
    {
        await Console.Error.WriteLineAsync("Interrupted; nothing was audited");
        return 130;
    }

    // What was started must be taken down first.
    void End(PosixSignalContext signal)
    {
        signal.Cancel = true;
        interrupted.Cancel();
    }
}

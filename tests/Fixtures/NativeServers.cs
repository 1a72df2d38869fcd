using System.Diagnostics;

namespace Mail.Tests.Fixtures;

/// <summary>Private servers from the distribution's packages, in a folder of their own that goes with them.</summary>
internal sealed class NativeServers : IServerPair
{
    private static readonly string _script = Path.Combine(Repository.Root, "deploy", "native", "servers.sh");

    private readonly string _directory = Path.Combine("/var/tmp", $"mail-tests-{Environment.ProcessId}");

    public async Task<ServerAddresses> StartAsync()
    {
        var lines = (await RunAsync("start", _directory)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new(Value("POSTGRES"), new(Value("RABBITMQ")), new(Value("RABBITMQ_MANAGEMENT")));

        string Value(string name) => lines.Single(line => line.StartsWith($"{name}=", StringComparison.Ordinal))[(name.Length + 1)..];
    }

    public async ValueTask DisposeAsync() => await RunAsync("stop", _directory, "--wipe");

    private static async Task<string> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", [_script, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("There is no bash.");
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{_script} {string.Join(' ', arguments)} failed: see above.");
    }
}

namespace Mail.Tests.Fixtures;

/// <summary>Private servers from the distribution's packages, in a folder of their own that goes with them.</summary>
internal sealed class NativeServers : IServerPair
{
    private readonly NativeScript _script = new(Directory.CreateDirectory(Path.Combine("/var/tmp", $"mail-tests-{Environment.ProcessId}")).FullName);

    public async Task<ServerAddresses> StartAsync()
    {
        var lines = (await _script.RunAsync("servers_start \"$1\"")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new(Value("POSTGRES"), new(Value("RABBITMQ")), new(Value("RABBITMQ_MANAGEMENT")));

        string Value(string name) => lines.Single(line => line.StartsWith($"{name}=", StringComparison.Ordinal))[(name.Length + 1)..];
    }

    public async ValueTask DisposeAsync() => await _script.RunAsync("servers_stop \"$1\" --wipe; rm -rf \"$1\"");
}

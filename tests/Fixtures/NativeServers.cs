namespace Mail.Tests.Fixtures;

/// <summary>Private servers from the distribution's packages, in a folder of their own that goes with them.</summary>
internal sealed class NativeServers : IServerPair
{
    private readonly NativeScript _script =
        new(Directory.CreateDirectory(Path.Combine("/var/tmp", $"mail-tests-{Environment.ProcessId}")).FullName);

    public async Task<ServerAddresses> StartAsync()
    {
        var output = await _script.RunAsync("servers_start \"$1\"");
        return new(
            NativeScript.Value(output, "POSTGRES"), new(NativeScript.Value(output, "RABBITMQ")),
            new(NativeScript.Value(output, "RABBITMQ_MANAGEMENT")));
    }

    public async ValueTask DisposeAsync() => await _script.RunAsync("servers_stop \"$1\" --wipe; rm -rf \"$1\"");
}

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

    // Hundreds of databases are hundreds of thousands of files: nobody waits until they are gone, nor for a last checkpoint.
    public async ValueTask DisposeAsync() =>
        await _script.RunAsync("signal \"$1\" postgres QUIT; servers_stop \"$1\"; setsid rm -rf \"$1\" < /dev/null > /dev/null 2>&1 &");
}

using System.Net;
using System.Net.Sockets;
using Mail.Hosting.Egress;
using Mail.Local.Processes;
using Mail.SenderService.Webhooks;
using Mail.Tests.Fixtures;

namespace Mail.Tests.Servers.Webhooks;

/// <summary>A name of several addresses, of which one swallows packets.</summary>
public sealed class SwallowedPacketsTests : IAsyncLifetime
{
    private static readonly IPAddress _silent = IPAddress.Parse("127.0.0.2");
    private static readonly IPAddress _other = IPAddress.Parse("127.0.0.3");
    private readonly int _port = FreePorts.Find(1)[0];
    private BlackHole _hole = null!;

    public async ValueTask InitializeAsync() => _hole = await BlackHole.StartAsync(_silent, _port);

    public ValueTask DisposeAsync()
    {
        _hole.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task It_hides_none_of_the_others()
    {
        await using var server = await WebServer.StartAsync(new($"http://{_other}:{_port}/"), _ => Task.CompletedTask);
        Assert.Null(await TryAsync(_silent, _other));
        Assert.Null(await TryAsync(_other, _silent));
    }

    [Fact]
    public async Task The_first_error_is_told() => Assert.Equal(
        $"could not connect: {new SocketException((int)SocketError.TimedOut).Message}", await TryAsync(_silent, _other));

    [Fact]
    public async Task However_many_addresses_there_are_they_have_ten_seconds_together() =>
        Assert.Equal("could not connect within 10 s", await TryAsync(_silent, _silent, _silent, _silent, _silent, _silent));

    private async Task<string?> TryAsync(params IPAddress[] addresses)
    {
        using var client = new WebhookClient(
            new EgressHandler(EgressPolicy.Parse("127.0.0.0/8"), (_, _) => Task.FromResult(addresses)).Create(), TimeProvider.System,
            WebhookClient.Longest);
        return (await client.TryAsync(
            $"http://hooks.example:{_port}/", Guid.CreateVersion7(), "{}", [new byte[32]], CancellationToken.None)
            .WaitAsync(Deadline.Soon)).Error;
    }
}

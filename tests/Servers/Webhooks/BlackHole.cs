using System.Net;
using System.Net.Sockets;

namespace Mail.Tests.Servers.Webhooks;

/// <summary>
/// An address that swallows packets: where as many connections wait as may, Linux drops what asks for another one, and says nothing.
/// </summary>
internal sealed class BlackHole : IDisposable
{
    // Far longer than it takes to be connected within the same machine.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    private readonly TcpListener _listener;
    private readonly List<Socket> _waiting = [];

    private BlackHole(IPAddress address, int port) => _listener = new(address, port);

    internal static async Task<BlackHole> StartAsync(IPAddress address, int port)
    {
        var hole = new BlackHole(address, port);
        hole._listener.Start(backlog: 1);
        // Twice in a row: once may be a machine that was busy for so long.
        while (await hole.FillAsync() || await hole.FillAsync())
            Assert.InRange(hole._waiting.Count, 1, 100);
        return hole;
    }

    public void Dispose()
    {
        _waiting.ForEach(socket => socket.Dispose());
        _listener.Dispose();
    }

    // Whether there was room for another one.
    private async Task<bool> FillAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _waiting.Add(socket);
        using var patience = new CancellationTokenSource(_patience);
        try
        {
            await socket.ConnectAsync(_listener.LocalEndpoint, patience.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}

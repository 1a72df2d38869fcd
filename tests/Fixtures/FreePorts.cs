using System.Net;
using System.Net.Sockets;

namespace Mail.Tests.Fixtures;

/// <summary>Ports of 127.0.0.1 that nobody listens on.</summary>
public static class FreePorts
{
    /// <summary>So many, no two alike.</summary>
    public static int[] Find(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }
}

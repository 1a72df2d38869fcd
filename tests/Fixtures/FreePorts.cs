using System.Net;
using System.Net.Sockets;

namespace Mail.Tests.Fixtures;

/// <summary>
/// Ports of 127.0.0.1 that nobody listens on. They lie below the range that the kernel hands out to outgoing connections, one of
/// which would now and then take a port before whoever it was found for, or between its stop and its next start; and below those
/// that the scripts of <c>deploy/native</c> choose from.
/// </summary>
public static class FreePorts
{
    private const int First = 16_000;
    private const int Range = 4_000;

    private static int _next = Random.Shared.Next(Range);

    /// <summary>So many, none that was found lately.</summary>
    public static int[] Find(int count) => [.. Candidates().Where(IsFree).Take(count)];

    private static IEnumerable<int> Candidates()
    {
        while (true)
            yield return First + (Interlocked.Increment(ref _next) % Range);
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

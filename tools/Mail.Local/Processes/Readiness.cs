using System.Net;
using System.Net.Sockets;

namespace Mail.Local.Processes;

/// <summary>Waits until a process answers, but not for one that has died meanwhile.</summary>
public static class Readiness
{
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(50);

    /// <summary>Whether it became ready; false where it was found running, on its way out: the caller starts it again.</summary>
    /// <exception cref="LocalException">It ended while starting, or took too long.</exception>
    public static async Task<bool> WaitAsync(LocalProcess process, TimeSpan within, Func<Task<bool>> isReady)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await isReady())
        {
            if (!process.IsAlive)
                return process.WasLaunched ? throw process.Failed($"{process.Name} ended while starting") : false;
            if (TimeProvider.System.GetElapsedTime(began) > within)
                throw process.Failed($"{process.Name} was not ready after {within.TotalSeconds:0} s");
            await Task.Delay(_poll);
        }

        return true;
    }

    /// <summary>Whether something listens on a port.</summary>
    public static async Task<bool> AnswersAsync(int port, IPAddress? address = null)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address ?? IPAddress.Loopback, port)).WaitAsync(TimeSpan.FromSeconds(2));
            return true;
        }
        catch (Exception silent) when (silent is SocketException or TimeoutException)
        {
            return false;
        }
    }
}

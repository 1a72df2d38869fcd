using System.Net;
using System.Net.Sockets;

namespace Mail.SenderService.Smtp;

/// <summary>Resolves the host and connects to the first of its addresses that answers.</summary>
internal static class Dial
{
    /// <exception cref="SmtpTrouble">It has no address, none answered, or none in time.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static async Task<Socket> ConnectAsync(SmtpOptions options, TimeProvider time, CancellationToken stop)
    {
        var began = time.GetTimestamp();
        var addresses = await ResolveAsync(options, time, stop);
        SmtpTrouble? last = null;
        for (var i = 0; i < addresses.Length; i++)
        {
            // An address that swallows packets (a broken IPv6 route, say) must not eat the time of the others.
            var left = options.Timeout - time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero)
                break;
            try
            {
                return await ConnectAsync(addresses[i], options.Port, left / (addresses.Length - i), time, stop);
            }
            catch (SmtpTrouble trouble)
            {
                last = trouble;
            }
        }

        throw last ?? new SmtpTrouble(SmtpFault.TimedOut, "no address answered in time");
    }

    private static async Task<IPAddress[]> ResolveAsync(SmtpOptions options, TimeProvider time, CancellationToken stop)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(options.Host, stop).WaitAsync(options.Timeout, time, stop);
            if (addresses.Length > 0)
                return addresses;
        }
        catch (Exception failed) when (failed is SocketException or ArgumentException)
        {
            throw new SmtpTrouble(SmtpFault.NotResolved, $"{options.Host} has no address: {failed.Message}", failed);
        }
        catch (TimeoutException late)
        {
            throw new SmtpTrouble(SmtpFault.NotResolved, $"{options.Host} was not resolved in time", late);
        }

        throw new SmtpTrouble(SmtpFault.NotResolved, $"{options.Host} has no address");
    }

    private static async Task<Socket> ConnectAsync(IPAddress address, int port, TimeSpan most, TimeProvider time, CancellationToken stop)
    {
        // Without NoDelay the short writes of a conversation wait for acknowledgements that the other side delays.
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var late = new CancellationTokenSource(most, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), either.Token);
            return socket;
        }
        catch (SocketException refused)
        {
            socket.Dispose();
            throw new SmtpTrouble(SmtpFault.NotConnected, $"{address} port {port}: {refused.Message}", refused);
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            stop.ThrowIfCancellationRequested();
            throw new SmtpTrouble(SmtpFault.TimedOut, $"{address} port {port} did not answer in time");
        }
    }
}

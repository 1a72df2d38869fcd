using System.Net;
using System.Net.Sockets;
using Mail.SenderService.Smtp.Conversation;

namespace Mail.SenderService.Smtp.Connections;

/// <summary>
/// Resolves the host and connects to its addresses, one after another with little between (RFC 8305): one that swallows
/// packets, such as a broken IPv6 route, then costs a quarter of a second and not a time-out.
/// </summary>
internal static class SmtpConnector
{
    /// <summary>RFC 8305, 5: the delay between attempts.</summary>
    internal static readonly TimeSpan Between = TimeSpan.FromMilliseconds(250);

    /// <summary>Connects to the address that answers first.</summary>
    /// <exception cref="SmtpTrouble">It has no address, none answered, or none in time.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static async Task<Socket> ConnectAsync(
        string host, int port, TimeSpan timeout, ServerHabits habits, TimeProvider time, CancellationToken stop)
    {
        var began = time.GetTimestamp();
        var addresses = InOrder(await ResolveAsync(host, timeout, time, stop), habits.Answered);
        var left = timeout - time.GetElapsedTime(began);
        using var late = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        (var socket, habits.Answered) = await FirstAsync(addresses, port, time, over, stop);
        return socket;
    }

    /// <summary>The one that answered last, then the families in turn, in the order of the resolver (RFC 8305, 4).</summary>
    internal static List<IPAddress> InOrder(IPAddress[] resolved, IPAddress? answered)
    {
        var first = resolved.Where(address => address.AddressFamily == resolved[0].AddressFamily).ToList();
        var second = resolved.Except(first).ToList();
        var all = new List<IPAddress>(resolved.Length);
        for (var i = 0; i < Math.Max(first.Count, second.Count); i++)
            all.AddRange([.. first.Skip(i).Take(1), .. second.Skip(i).Take(1)]);
        if (answered is not null && all.Remove(answered))
            all.Insert(0, answered);
        return all;
    }

    /// <summary>
    /// The connection to the address that answers first, and that address: the socket itself does not know it any more where the server
    /// has reset the connection meanwhile.
    /// </summary>
    internal static async Task<(Socket Socket, IPAddress Address)> FirstAsync(
        List<IPAddress> addresses, int port, TimeProvider time, CancellationTokenSource over, CancellationToken stop)
    {
        var attempts = new List<Task<Socket>>(addresses.Count);
        var begun = 0;
        Task<Socket>? winner = null;
        try
        {
            while (true)
            {
                if (begun < addresses.Count)
                    attempts.Add(ConnectAsync(addresses[begun++], port, over.Token, stop));
                var running = attempts.Where(attempt => !attempt.IsFaulted && !attempt.IsCanceled).ToList();
                if (running.Count == 0 && begun == addresses.Count)
                    return (await attempts[^1], addresses[^1]);
                if (running.Count == 0)
                    continue;
                var ended = Task.WhenAny(running);
                if (begun < addresses.Count && await Task.WhenAny(ended, Task.Delay(Between, time, over.Token)) != ended)
                    continue;
                if (await ended is { IsCompletedSuccessfully: true } connected)
                    return (await (winner = connected), addresses[attempts.IndexOf(connected)]);
            }
        }
        finally
        {
            await over.CancelAsync();
            foreach (var attempt in attempts)
                _ = attempt.ContinueWith(DisposeLoser, winner, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    // Two may have answered in the same moment.
    private static void DisposeLoser(Task<Socket> attempt, object? winner)
    {
        if (attempt == winner)
            return;
        if (attempt.IsCompletedSuccessfully)
            attempt.Result.Dispose();
        else
            _ = attempt.Exception;
    }

    private static async Task<IPAddress[]> ResolveAsync(string host, TimeSpan timeout, TimeProvider time, CancellationToken stop)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, stop).WaitAsync(timeout, time, stop);
            if (addresses.Length > 0)
                return addresses;
        }
        catch (Exception failed) when (failed is SocketException or ArgumentException)
        {
            throw new SmtpTrouble(SmtpFault.NotResolved, $"{host} has no address: {failed.Message}", failed);
        }
        catch (TimeoutException late)
        {
            throw new SmtpTrouble(SmtpFault.NotResolved, $"{host} was not resolved in time", late);
        }

        throw new SmtpTrouble(SmtpFault.NotResolved, $"{host} has no address");
    }

    private static async Task<Socket> ConnectAsync(IPAddress address, int port, CancellationToken over, CancellationToken stop)
    {
        // Without NoDelay the short writes of a conversation wait for acknowledgements that the other side delays.
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), over);
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

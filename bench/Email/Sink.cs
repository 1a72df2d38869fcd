using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mail.Bench.Email;

/// <summary>
/// An SMTP server that takes everything at once: it is to be the fastest part of what is measured. It writes a line a
/// message to standard output, when its final dot was read, in microseconds since 1970, and the e-mail's id.
/// </summary>
internal sealed class Sink(TimeProvider time)
{
    internal const string Verb = "sink";

    private static readonly byte[] _greeting = "220 sink ESMTP\r\n"u8.ToArray();
    private static readonly byte[] _offers = "250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n"u8.ToArray();
    private static readonly byte[] _ok = "250 2.0.0 Ok\r\n"u8.ToArray();
    private static readonly byte[] _go = "354 Go ahead\r\n"u8.ToArray();
    private static readonly byte[] _bye = "221 2.0.0 Bye\r\n"u8.ToArray();

    private readonly StringBuilder _lines = new();

    /// <summary>Says its port, and serves until standard input ends.</summary>
    internal async Task RunAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(512);
        Console.WriteLine(((IPEndPoint)listener.LocalEndpoint).Port);
        _ = AcceptAsync(listener);
        using var flushing = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        // Console.In would be read synchronously.
        using var input = new StreamReader(Console.OpenStandardInput());
        var ended = input.ReadToEndAsync();
        while (!ended.IsCompleted && await flushing.WaitForNextTickAsync())
            await FlushAsync();
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        while (true)
            _ = ServeAsync(await listener.AcceptSocketAsync());
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            socket.NoDelay = true;
            var buffer = new byte[1 << 16];
            var (filled, inData, looked) = (0, false, 0);
            await socket.SendAsync(_greeting);
            while (await socket.ReceiveAsync(buffer.AsMemory(filled)) is > 0 and var read)
            {
                filled += read;
                var (used, answer, closing) = Take(buffer.AsSpan(0, filled), ref inData, ref looked);
                buffer.AsSpan(used, filled - used).CopyTo(buffer);
                filled -= used;
                if (answer.Length > 0)
                    await socket.SendAsync(answer);
                if (closing)
                    return;
                if (filled == buffer.Length)
                    Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
    }

    /// <summary>Takes what is whole: commands, or a message up to its dot. The rest waits for more.</summary>
    private (int Used, byte[] Answer, bool Closing) Take(ReadOnlySpan<byte> input, ref bool inData, ref int looked)
    {
        var used = 0;
        byte[] answer = [];
        while (true)
        {
            var rest = input[used..];
            if (inData)
            {
                // Not from its beginning each time: a message may come in a hundred reads.
                var dot = rest[looked..].IndexOf("\r\n.\r\n"u8);
                if (dot < 0)
                {
                    looked = Math.Max(0, rest.Length - 4);
                    return (used, answer, false);
                }

                (dot, looked) = (dot + looked, 0);
                Note(rest[..dot]);
                inData = false;
                used += dot + 5;
                answer = [.. answer, .. _ok];
                continue;
            }

            var end = rest.IndexOf("\r\n"u8);
            if (end < 0)
                return (used, answer, false);
            used += end + 2;
            var verb = rest.Length >= 4 ? (rest[0] | 0x20, rest[1] | 0x20) : default;
            inData = verb == ('d', 'a');
            var closing = verb == ('q', 'u');
            answer = [.. answer, .. inData ? _go : closing ? _bye : verb == ('e', 'h') ? _offers : _ok];
            if (closing)
                return (used, answer, true);
        }
    }

    private void Note(ReadOnlySpan<byte> message)
    {
        var now = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        var at = message.IndexOf("X-Email-Id: "u8);
        var value = at < 0 ? "-"u8 : message[(at + 12)..];
        var end = value.IndexOf((byte)'\r');
        lock (_lines)
            _lines.Append(CultureInfo.InvariantCulture, $"{now} {Encoding.ASCII.GetString(end < 0 ? value : value[..end])}\n");
    }

    private async Task FlushAsync()
    {
        string lines;
        lock (_lines)
        {
            lines = _lines.ToString();
            _lines.Clear();
        }

        if (lines.Length > 0)
            await Console.Out.WriteAsync(lines);
    }
}

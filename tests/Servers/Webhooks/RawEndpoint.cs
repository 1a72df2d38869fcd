using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mail.Tests.Servers.Webhooks;

/// <summary>An endpoint that answers in its own words, byte for byte, on a real socket.</summary>
internal sealed class RawEndpoint : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Parse("127.0.0.2"), 0);
    private readonly CancellationTokenSource _over = new();
    private readonly Func<Exchange, Task> _answer;
    private readonly Task _running;
    private int _requests;
    private int _closed;

    /// <param name="answer">What it does with each request.</param>
    internal RawEndpoint(Func<Exchange, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _running = AcceptAsync();
    }

    /// <summary>One that says this, and then nothing more.</summary>
    /// <param name="answer">What it says.</param>
    /// <param name="closes">Whether it then closes the connection.</param>
    internal RawEndpoint(string answer, bool closes)
        : this(async exchange =>
        {
            await exchange.SayAsync(answer);
            if (closes)
                exchange.Close();
        })
    {
    }

    /// <summary>How many connections it has closed.</summary>
    internal int Closed => Volatile.Read(ref _closed);

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    internal string Url => $"http://127.0.0.2:{Port}/";

    /// <summary>How many requests have come whole.</summary>
    internal int Requests => Volatile.Read(ref _requests);

    /// <summary>A request that has come, and its connection.</summary>
    internal sealed class Exchange(RawEndpoint endpoint, Socket socket, string head, CancellationToken over)
    {
        internal string Head { get; } = head;

        internal CancellationToken Over { get; } = over;

        internal async Task SayAsync(string text) => await socket.SendAsync(Encoding.ASCII.GetBytes(text), Over);

        internal void Close()
        {
            socket.Close();
            Interlocked.Increment(ref endpoint._closed);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _running;
        _listener.Dispose();
        _over.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptSocketAsync(_over.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // It is over.
        }

        await Task.WhenAll(connections);
    }

    private async Task ServeAsync(Socket socket)
    {
        using var own = socket;
        try
        {
            while (await ReadAsync(socket) is { } head)
            {
                Interlocked.Increment(ref _requests);
                await _answer(new(this, socket, head, _over.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Whoever asked has gone, or has been left.
        }
    }

    // A request with its body; null where none comes any more.
    private async Task<string?> ReadAsync(Socket socket)
    {
        var (buffer, length) = (new byte[64 * 1024], 0);
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), _over.Token);
            if (read == 0)
                return null;
            length += read;
            var text = Encoding.ASCII.GetString(buffer, 0, length);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0 && length >= end + 4 + BodyLength(text[..end]))
                return text[..end];
        }
    }

    private static int BodyLength(string head)
    {
        const string Name = "Content-Length: ";
        return int.Parse(
            head.Split("\r\n").Single(line => line.StartsWith(Name, StringComparison.OrdinalIgnoreCase))[Name.Length..],
            CultureInfo.InvariantCulture);
    }
}

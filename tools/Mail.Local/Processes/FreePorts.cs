using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mail.Local.Processes;

/// <summary>
/// Ports of 127.0.0.1. Those that are chosen here lie below the range that the kernel hands out to outgoing connections, one of which
/// would now and then take a port before whoever it was found for, or between its stop and its next start.
/// </summary>
public static class FreePorts
{
    private const int First = 16_000;
    private const int Range = 16_000;

    private static int _next = Random.Shared.Next(Range);

    /// <summary>So many that nobody listens on, none that was found lately.</summary>
    public static int[] Find(int count) => [.. Candidates().Where(IsFree).Take(count)];

    /// <summary>The port that was asked for; else the one of last time, so that addresses stay valid; else a free one.</summary>
    /// <param name="directory">Where the choice is kept.</param>
    /// <param name="name">What it is the port of.</param>
    /// <param name="asked">A port; 0 leaves it open.</param>
    internal static int Choose(string directory, string name, int asked)
    {
        var file = Path.Combine(directory, $"{name}.port");
        var port = asked != 0 ? asked : Kept(file) ?? FindUnchosen(directory);
        File.WriteAllText($"{file}.new", $"{port}\n");
        File.Move($"{file}.new", file, overwrite: true);
        return port;
    }

    /// <exception cref="LocalException">Another program has it.</exception>
    internal static async Task RequireAsync(int port, string use, string setting)
    {
        if (await Readiness.AnswersAsync(port))
        {
            throw new LocalException(
                $"port {port} on 127.0.0.1, meant for {use}, is taken by another program. Stop that, or choose another port: {setting}");
        }
    }

    // None that a server beside this one, a node of its cluster for example, has chosen and does not listen on yet.
    private static int FindUnchosen(string directory)
    {
        var parent = Path.GetDirectoryName(Path.GetFullPath(directory))!;
        var chosen = PortsIn(directory).Concat(Readable(() => Directory.GetDirectories(parent)).SelectMany(PortsIn)).ToHashSet();
        return Candidates().First(port => IsFree(port) && !chosen.Contains(port));
    }

    private static IEnumerable<int> PortsIn(string directory) =>
        Readable(() => Directory.GetFiles(directory, "*.port")).Select(Kept).OfType<int>();

    private static int? Kept(string file) =>
        Readable(() => File.ReadAllLines(file)) is [var line, ..]
        && int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? port
            : null;

    // What another one deletes meanwhile, or keeps to itself, is no reason to fail.
    private static string[] Readable(Func<string[]> read)
    {
        try
        {
            return read();
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

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

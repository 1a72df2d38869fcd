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
        var port = asked != 0 ? asked
            : File.Exists(file) ? int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture)
            : FindUnchosen(directory);
        File.WriteAllText(file, $"{port}\n");
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
        var chosen = PortFiles(directory).Concat(Directory.EnumerateDirectories(parent).SelectMany(PortFiles))
            .Select(file => File.ReadAllText(file).Trim()).ToHashSet(StringComparer.Ordinal);
        return Candidates().First(port => IsFree(port) && !chosen.Contains(port.ToString(CultureInfo.InvariantCulture)));
    }

    private static IEnumerable<string> PortFiles(string directory)
    {
        try
        {
            return [.. Directory.EnumerateFiles(directory, "*.port")];
        }
        catch (Exception closed) when (closed is UnauthorizedAccessException or DirectoryNotFoundException)
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

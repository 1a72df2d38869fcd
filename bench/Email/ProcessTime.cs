using System.Globalization;

namespace Mail.Bench.Email;

/// <summary>Processor time and memory of processes, as the kernel counts them (proc(5)).</summary>
internal static class ProcessTime
{
    private const double TicksPerSecond = 100;

    /// <summary>Seconds that a process has used, and its children that have ended.</summary>
    internal static double Of(int id) => Stat(id) is { } stat ? (stat[11] + stat[12] + stat[13] + stat[14]) / TicksPerSecond : 0;

    /// <summary>The same for a process and all that descend from it.</summary>
    internal static double OfTree(int id)
    {
        var children = Directory.EnumerateDirectories("/proc")
            .Select(
                path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var other) ? other : 0)
            .Where(other => other > 0 && Stat(other) is { } stat && (int)stat[1] == id)
            .ToArray();
        return Of(id) + children.Sum(OfTree);
    }

    /// <summary>The most memory that it ever had in MiB, and what it has now.</summary>
    internal static (double Peak, double Now) Memory(int id)
    {
        var lines = File.ReadAllLines($"/proc/{id}/status");
        return (MiB("VmHWM:"), MiB("VmRSS:"));

        double MiB(string name) => double.Parse(
            lines.Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Trim(' ', '\t', 'k', 'B'),
            CultureInfo.InvariantCulture)
                / 1024;
    }

    // The numbers after the command's name, which may hold anything; the first is the state, a letter.
    private static double[]? Stat(int id)
    {
        try
        {
            var line = File.ReadAllText($"/proc/{id}/stat");
            return [.. line[(line.LastIndexOf(')') + 2)..].Split(' ')
                .Select(each => double.TryParse(each, CultureInfo.InvariantCulture, out var number) ? number : 0)];
        }
        catch (IOException)
        {
            return null;
        }
    }
}

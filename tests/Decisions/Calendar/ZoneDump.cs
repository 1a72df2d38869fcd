using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Mail.Tests.Decisions.Calendar;

/// <summary>What <c>zdump</c>, of the C library, knows of a zone: an implementation of the same database by other people.</summary>
internal static partial class ZoneDump
{
    /// <summary>The clock changes of some years: each instant, with the offsets from UTC before and after it.</summary>
    internal static List<(DateTimeOffset At, TimeSpan Before, TimeSpan After)> Changes(string zone, int from, int to)
    {
        var lines = Run("-v", "-c", string.Create(CultureInfo.InvariantCulture, $"{from},{to}"), zone)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Line().Match(line)).Where(match => match.Success)
            .Select(match => (At: DateTimeOffset.ParseExact(
                Blanks().Replace(match.Groups["at"].Value, " "), "ddd MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal),
                Offset: TimeSpan.FromSeconds(int.Parse(match.Groups["offset"].Value, CultureInfo.InvariantCulture)))).ToList();
        return [.. lines.Zip(lines.Skip(1)).Where(pair => pair.Second.At - pair.First.At == TimeSpan.FromSeconds(1))
            .Select(pair => (pair.Second.At, pair.First.Offset, pair.Second.Offset))
            .Where(change => change.Item2 != change.Item3)];
    }

    private static string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/zdump")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            Environment = { ["LC_ALL"] = "C" },
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        Assert.SkipUnless(File.Exists(start.FileName), "zdump comes with the C library of Debian and its kin");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    [GeneratedRegex(@"^\S+\s+(?<at>\w{3} .+?) UTC? = .* gmtoff=(?<offset>-?\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Line();

    [GeneratedRegex(" +", RegexOptions.None, 1000)]
    private static partial Regex Blanks();
}

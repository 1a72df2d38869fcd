using System.Diagnostics;
using System.Globalization;
using Mail.Tests.Fixtures;
using NodaTime;
using NodaTime.Text;

namespace Mail.Tests.Servers.Calendar;

/// <summary>python-dateutil, which evaluates recurrence rules by code of other people again.</summary>
internal static class Dateutil
{
    /// <summary>What is later is left out, of what it says and of what we say.</summary>
    internal const int LastYear = 2060;

    private const string Evaluate = """
        import sys, datetime
        datetime.MAXYEAR = int(sys.argv[1])
        from dateutil.rrule import rrulestr
        for line in sys.stdin:
            text, start, least, count = line.rstrip("\n").split("\t")
            least = datetime.datetime.fromisoformat(least)
            times = []
            for time in rrulestr(text, dtstart=datetime.datetime.fromisoformat(start)):
                if time >= least and len(times) < int(count):
                    times.append(time.isoformat())
                if len(times) == int(count):
                    break
            print(" ".join(times))
        """;

    /// <summary>A question.</summary>
    /// <param name="Rule">The rule.</param>
    /// <param name="Start">Its start.</param>
    /// <param name="From">The first time that is asked for.</param>
    /// <param name="Count">How many at the most.</param>
    internal sealed record Asked(string Rule, LocalDateTime Start, LocalDateTime From, int Count);

    /// <summary>The times of rules, on floating time.</summary>
    internal static async Task<IReadOnlyList<IReadOnlyList<LocalDateTime>>> TimesAsync(IReadOnlyList<Asked> rules)
    {
        using var process = Process.Start(new ProcessStartInfo(
            await DistributionProgram.PythonWithDateutilAsync(),
            ["-c", Evaluate, LastYear.ToString(CultureInfo.InvariantCulture)])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        foreach (var (rule, start, from, count) in rules)
            await process.StandardInput.WriteLineAsync($"{rule}\t{start:s}\t{from:s}\t{count.ToString(CultureInfo.InvariantCulture)}");
        process.StandardInput.Close();
        var lines = (await output).Split('\n');
        await process.WaitForExitAsync();
        Assert.Equal((0, rules.Count + 1), (process.ExitCode, lines.Length));
        return
        [
            .. lines.SkipLast(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(time => LocalDateTimePattern.GeneralIso.Parse(time).Value).ToList()),
        ];
    }
}

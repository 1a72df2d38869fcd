using System.Diagnostics;
using System.Globalization;

namespace Mail.Local.Processes;

/// <summary>
/// A background process by its name in a directory, which outlives whoever started it. It has
/// <c>NAME.pid</c>, the pid of the real program, for people and for <c>kill</c>;
/// <c>NAME.started</c>, the kernel's start time of that pid, and a fingerprint of what was started;
/// <c>logs/NAME.log</c>, all that it prints.
/// The start time is what tells a live process from a stranger that was given the same pid later.
/// </summary>
/// <param name="directory">The directory.</param>
/// <param name="name">Its name in it.</param>
public sealed class LocalProcess(string directory, string name)
{
    private const long LargestLog = 20_000_000;
    private const string OnItsWayOut = "stopping";

    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(20);

    // Runs inside the new process, before it becomes the program: it writes its own pid, so that there is no moment at which the process
    // exists and the file does not, however the one that started it ends. What the caller had open is closed: a lock that a background
    // process holds would never be released.
    private const string Launcher = """
        pid=$1 started=$2 log=$3 fingerprint=$4; shift 4
        for fd in /proc/self/fd/*; do fd=${fd##*/}; if [ "$fd" -gt 2 ]; then eval "exec $fd>&-"; fi; done
        exec < /dev/null >> "$log" 2>&1
        read -r stat < "/proc/$$/stat"
        fields=(${stat##*) })
        printf '%s %s\n' "${fields[19]}" "$fingerprint" > "$started.$$" && mv -f "$started.$$" "$started" &&
          printf '%s\n' "$$" > "$pid.$$" && mv -f "$pid.$$" "$pid" && exec "$@"
        """;

    private readonly string _pidFile = Path.Combine(directory, $"{name}.pid");
    private readonly string _startedFile = Path.Combine(directory, $"{name}.started");

    public string Name => name;

    /// <summary>All that it printed.</summary>
    public string LogFile { get; } = Path.Combine(directory, "logs", $"{name}.log");

    /// <summary>Whether it was started through this object, and not found running.</summary>
    public bool WasLaunched { get; private set; }

    /// <summary>What its file says, whether or not it lives.</summary>
    public int? Pid => int.TryParse(FirstLine(_pidFile), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;

    /// <summary>What was started. Of one that was told to stop it is nothing that anybody wants.</summary>
    public string? Fingerprint => Started is [_, var fingerprint] ? fingerprint : null;

    public DateTimeOffset StartedAt => new(File.GetLastWriteTimeUtc(_startedFile));

    /// <summary>Whether it was told to stop.</summary>
    public bool IsStopping => Fingerprint == OnItsWayOut;

    public bool IsAlive => Pid is { } pid && Started is [var started, ..] && StartTimeOf(pid) == started;

    private string[]? Started => FirstLine(_startedFile)?.Split(' ', 2);

    /// <summary>The names of the processes that the directory has files of, dead ones too.</summary>
    public static IReadOnlyList<string> NamesIn(string directory) =>
    [
        .. (Directory.Exists(directory) ? Directory.GetFiles(directory, "*.pid") : [])
            .Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal),
    ];

    /// <summary>Starts it in a session of its own, and returns when its files are there.</summary>
    /// <exception cref="LocalException">It could not be started.</exception>
    public async Task LaunchAsync(string fingerprint, ProgramStart program)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(LogFile)!);
        if (new FileInfo(LogFile) is { Exists: true, Length: > LargestLog })
            File.Move(LogFile, $"{LogFile}.1", overwrite: true);
        Forget();
        WasLaunched = true;
        var start = new ProcessStartInfo(
            Tool.Find("setsid") ?? throw new LocalException("there is no setsid on this machine"),
            ["bash", "-c", Launcher, "launcher", _pidFile, _startedFile, LogFile, fingerprint, program.Program, .. program.Arguments])
        {
            UseShellExecute = false,
            WorkingDirectory = program.WorkingDirectory,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        foreach (var (variable, value) in program.Environment)
            start.Environment[variable] = value;
        using var launcher = Process.Start(start);
        var began = TimeProvider.System.GetTimestamp();
        while (!File.Exists(_pidFile))
        {
            if (TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(10))
                throw new LocalException($"{name} could not be started; see {LogFile}");
            await Task.Delay(_poll);
        }
    }

    /// <summary>
    /// Sends a signal that it is to end by. Its fingerprint becomes one that nobody wants, so that no later start takes it for the one that
    /// it is looking for.
    /// </summary>
    public void Signal(ProcessSignal signal)
    {
        if (!IsAlive || Pid is not { } pid || Started is not [var started, ..])
            return;
        File.WriteAllText($"{_startedFile}.new", $"{started} {OnItsWayOut}\n");
        File.Move($"{_startedFile}.new", _startedFile, overwrite: true);
        Posix.Kill(pid, signal);
    }

    /// <summary>Sends a signal, and waits; kills it where it outlives the grace time.</summary>
    public async Task StopAsync(ProcessSignal signal, TimeSpan grace)
    {
        Signal(signal);
        if (!await EndsAsync(grace))
        {
            Terminal.Warn($"{name} did not stop in time and is killed");
            Signal(ProcessSignal.Kill);
            await EndsAsync(Timeout.InfiniteTimeSpan);
        }

        Forget();
    }

    /// <summary>The end of what it printed, for a failure.</summary>
    public LocalException Failed(string what)
    {
        if (!File.Exists(LogFile))
            return new(what);
        Terminal.Say(string.Join('\n', File.ReadLines(LogFile).TakeLast(20)));
        return new($"{what}; the lines above are the end of {LogFile}");
    }

    private async Task<bool> EndsAsync(TimeSpan within)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (IsAlive)
        {
            if (within != Timeout.InfiniteTimeSpan && TimeProvider.System.GetElapsedTime(began) > within)
                return false;
            await Task.Delay(_poll);
        }

        return true;
    }

    private void Forget()
    {
        File.Delete(_pidFile);
        File.Delete(_startedFile);
    }

    private static string? FirstLine(string file)
    {
        try
        {
            return File.ReadLines(file).FirstOrDefault();
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    // A zombie has ended: where nothing reaps it (a container without an init) it stays listed for ever. While it has other threads they
    // are still ending, and keep its ports open. The fields are those of proc_pid_stat(5), from the third on: the second, a name in
    // parentheses, may have blanks.
    private static string? StartTimeOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] == "X" || (fields[0] == "Z" && fields[17] == "1") ? null : fields[19];
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

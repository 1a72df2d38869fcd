using System.Runtime.InteropServices;
using System.Text.Json;
using Mail.Local.Processes;
using Spectre.Console;

namespace Mail.Local;

/// <summary>Shows what takes a while: a bar with what is left where somebody looks on, else a line when it begins.</summary>
/// <param name="directory">Where it is kept how long each took last time, which is the estimate of the next time.</param>
internal sealed class Progress(string directory)
{
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(200);
    private readonly string _file = Path.Combine(directory, "durations.json");

    /// <summary>Does it, and shows it.</summary>
    /// <param name="what">What is done, for example <c>Building the services</c>.</param>
    /// <param name="work">Does it.</param>
    /// <param name="known">How long it takes where that is known beforehand.</param>
    internal async Task<T> ShowAsync<T>(string what, Func<Task<T>> work, TimeSpan? known = null)
    {
        if (!Terminal.IsInteractive)
        {
            Terminal.Say(what);
            return await work();
        }

        var began = TimeProvider.System.GetTimestamp();
        Terminal.IsDrawing = true;
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Terminal.Error.Cursor.Show());
        T result;
        try
        {
            result = await Terminal.Error.Progress()
                .Columns(new SpinnerColumn(), new TaskDescriptionColumn(), new ProgressBarColumn(), new RemainingColumn())
                .AutoClear(enabled: true)
                .StartAsync(context => DrawAsync(context.AddTask(Markup.Escape(what)), work(), known ?? Remembered(what)));
        }
        finally
        {
            Terminal.IsDrawing = false;
        }

        Remember(what, TimeProvider.System.GetElapsedTime(began));
        return result;
    }

    internal Task ShowAsync(string what, Func<Task> work, TimeSpan? known = null) =>
        ShowAsync(
            what,
            async () =>
            {
                await work();
                return true;
            },
            known);

    /// <summary>Runs a program that prints a line now and then, and shows it.</summary>
    /// <returns>Its exit code.</returns>
    internal Task<int> ShowToolAsync(string what, Tool tool, TimeSpan? known, CancellationToken cancellationToken) => Terminal.IsInteractive
        ? ShowAsync(what, () => tool.RunAsync(Terminal.Print, Terminal.Say, cancellationToken), known)
        : tool.RunInTerminalAsync(cancellationToken);

    private static async Task<T> DrawAsync<T>(ProgressTask task, Task<T> work, TimeSpan? estimate)
    {
        task.IsIndeterminate = estimate is null;
        task.MaxValue = estimate?.TotalSeconds ?? 1;
        while (await Task.WhenAny(work, Task.Delay(_tick)) != work)
        {
            if (estimate is { } whole)
                task.Value = Math.Min(task.ElapsedTime?.TotalSeconds ?? 0, whole.TotalSeconds * 0.99);
        }

        return await work;
    }

    private TimeSpan? Remembered(string what) =>
        Durations().TryGetValue(what, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;

    private void Remember(string what, TimeSpan took)
    {
        var durations = Durations();
        durations[what] = Math.Round(took.TotalSeconds, 1);
        try
        {
            Directory.CreateDirectory(directory);
            File.WriteAllText($"{_file}.{Environment.ProcessId}", JsonSerializer.Serialize(durations));
            File.Move($"{_file}.{Environment.ProcessId}", _file, overwrite: true);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            // An estimate less.
        }
    }

    private Dictionary<string, double> Durations()
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllText(_file)) ?? [];
        }
        catch (Exception unreadable) when (unreadable is IOException or JsonException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>What is left by the estimate, or how long it has taken where there is none.</summary>
    private sealed class RemainingColumn : ProgressColumn
    {
        public override Spectre.Console.Rendering.IRenderable Render(
            Spectre.Console.Rendering.RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            var elapsed = task.ElapsedTime ?? TimeSpan.Zero;
            var text = task.IsIndeterminate
                ? $"{elapsed.TotalSeconds:0} s"
                : elapsed.TotalSeconds < task.MaxValue
                    ? $"{elapsed.TotalSeconds:0} s, about {task.MaxValue - elapsed.TotalSeconds:0} s left"
                    : $"{elapsed.TotalSeconds:0} s, longer than last time";
            return new Text(text);
        }
    }
}

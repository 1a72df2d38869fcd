using Spectre.Console;

namespace Mail.Local;

/// <summary>What people are told. It goes to standard error: standard output has only what was asked for.</summary>
public static class Terminal
{
    private static readonly Lock _lock = new();

    /// <summary>The terminal, drawn on with colours and live tables where it is one.</summary>
    internal static IAnsiConsole Error { get; } =
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>Whether somebody looks on, so that there is something to draw on.</summary>
    internal static bool IsInteractive { get; } = !Console.IsErrorRedirected && Error.Profile.Capabilities.Interactive;

    /// <summary>Whether something is drawn live, which lines have to be written above. They are folded then, and not otherwise.</summary>
    internal static bool IsDrawing { get; set; }

    /// <summary>A line, above whatever is drawn live.</summary>
    public static void Say(string line)
    {
        if (line.Length == 0)
            return;
        lock (_lock)
        {
            if (IsDrawing)
                Error.WriteLine(line);
            else
                Console.Error.WriteLine(line);
        }
    }

    public static void Warn(string line) => Say($"warning: {line}");

    /// <summary>A line of what was asked for, above whatever is drawn live.</summary>
    internal static void Print(string line = "")
    {
        lock (_lock)
        {
            if (IsDrawing && !Console.IsOutputRedirected)
                Error.WriteLine(line);
            else
                Console.Out.WriteLine(line);
        }
    }

    /// <summary>Asks before something is done that can't be undone.</summary>
    /// <exception cref="LocalException">The answer is no, or there is nobody to ask.</exception>
    internal static void Confirm(string toDoWhat, string question, string otherwise)
    {
        if (Console.IsInputRedirected)
            throw new LocalException($"say --yes {toDoWhat}, or run this in a terminal");
        Console.Error.Write($"{question} [y/N] ");
        if (Console.ReadLine()?.Trim() is not (['y' or 'Y', ..]))
            throw new LocalException(otherwise);
    }
}

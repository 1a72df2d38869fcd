using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Mail.Local.Processes;

/// <summary>A program that is run to its end.</summary>
/// <param name="program">Its path, or its name where PATH leads to it.</param>
/// <param name="arguments">Its arguments.</param>
public sealed class Tool(string program, params IReadOnlyList<string> arguments)
{
    /// <summary>Variables beside those of this process; null takes one away.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <summary>The folder that it runs in; this process's where it is left out.</summary>
    public string WorkingDirectory { get; init; } = "";

    /// <summary>What it reads from standard input; nothing where it is left out.</summary>
    public Stream? Input { get; init; }

    /// <summary>Where a program is that PATH leads to; null where it is nowhere.</summary>
    public static string? Find(params IEnumerable<string> names)
    {
        var folders = (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Where(Path.IsPathRooted);
        // Debian has servers where only root's PATH leads.
        return names.SelectMany(name => folders.Append("/usr/sbin").Select(folder => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>Runs it with this process's terminal, so that it can ask and show as it likes.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> RunInTerminalAsync(CancellationToken cancellationToken = default)
    {
        using var process = Start(redirect: false);
        return await EndAsync(process, cancellationToken);
    }

    /// <summary>Runs it, and hands each line that it prints on as it comes: one at a time, and none after this has returned.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> RunAsync(Action<string> output, Action<string> error, CancellationToken cancellationToken = default)
    {
        using var process = Start(redirect: true);
        var feed = FeedAsync(process);
        var (turn, ended) = (new Lock(), false);
        var read = Task.WhenAll(ReadAsync(process.StandardOutput, output), ReadAsync(process.StandardError, error));
        var exitCode = await EndAsync(process, cancellationToken);
        await feed;
        // What it left behind, a compiler's server for example, may keep its output open for a long time.
        await Task.WhenAny(read, Task.Delay(TimeSpan.FromSeconds(2), CancellationToken.None));
        lock (turn)
            ended = true;
        return exitCode;

        async Task ReadAsync(StreamReader from, Action<string> to)
        {
            while (await from.ReadLineAsync(CancellationToken.None) is { } line)
            {
                lock (turn)
                {
                    if (!ended)
                        to(line);
                }
            }
        }
    }

    /// <summary>Runs it, and keeps all that it prints.</summary>
    public async Task<ToolResult> RunAsync()
    {
        var (output, error) = (new StringBuilder(), new StringBuilder());
        var exitCode = await RunAsync(line => output.AppendLine(line), line => error.AppendLine(line));
        return new(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Runs it, and writes what it prints to a stream. What it complains of goes to this process's standard error.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> RunAsync(Stream output)
    {
        using var process = Start(redirect: true);
        var said = process.StandardError.ReadToEndAsync();
        var feed = FeedAsync(process);
        try
        {
            await process.StandardOutput.BaseStream.CopyToAsync(output);
        }
        catch
        {
            // The disk is full, for example. Nobody reads on, and it would wait for ever.
            process.Kill();
            throw;
        }

        await Task.WhenAll(feed, process.WaitForExitAsync());
        Terminal.Say((await said).TrimEnd());
        return process.ExitCode;
    }

    /// <summary>Runs it, and returns what it printed.</summary>
    /// <exception cref="LocalException">It failed: the message ends with what it said.</exception>
    public async Task<string> OutputAsync(string? failure = null)
    {
        var result = await RunAsync();
        if (result.ExitCode != 0)
            throw new LocalException($"{failure ?? $"{program} failed"}: {result.All.Trim()}");
        return result.Output.Trim();
    }

    private static async Task<int> EndAsync(Process process, CancellationToken cancellationToken)
    {
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // It clears up behind itself when it is told to end; from a terminal it was told already.
            Posix.Kill(process.Id, ProcessSignal.Terminate);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        return process.ExitCode;
    }

    private async Task FeedAsync(Process process)
    {
        try
        {
            if (Input is not null)
                await Input.CopyToAsync(process.StandardInput.BaseStream);
        }
        catch (IOException) when (process.HasExited)
        {
            // Its exit code says why it did not read on.
        }
        finally
        {
            process.StandardInput.BaseStream.Dispose();
        }
    }

    private Process Start(bool redirect)
    {
        // .NET looks into the current folder before PATH.
        var path = program.Contains('/', StringComparison.Ordinal) ? program : Find(program);
        var start = new ProcessStartInfo(path ?? throw new LocalException($"there is no {program} on this machine"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = redirect,
            RedirectStandardOutput = redirect,
            RedirectStandardError = redirect,
            WorkingDirectory = WorkingDirectory,
        };
        foreach (var (name, value) in Environment)
        {
            if (value is null)
                start.Environment.Remove(name);
            else
                start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new LocalException($"{program} can't be run: {exception.Message}", exception);
        }
    }
}

/// <summary>How a program ended, and all that it printed.</summary>
public sealed record ToolResult(int ExitCode, string Output, string Error)
{
    public string All => Output + Error;
}

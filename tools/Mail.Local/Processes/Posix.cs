using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Mail.Local.Processes;

/// <summary>What .NET has no method for.</summary>
public static partial class Posix
{
    /// <summary>Sends a signal (kill(2)). One that has gone meanwhile is ignored.</summary>
    public static void Send(this Process process, ProcessSignal signal) => Kill(process.Id, signal);

    internal static void Kill(int pid, ProcessSignal signal) => _ = SendSignal(pid, (int)signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}

/// <summary>The signals that are sent here, with their numbers on Linux (signal(7)).</summary>
public enum ProcessSignal
{
    Interrupt = 2,
    Quit = 3,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}

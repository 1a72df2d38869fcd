namespace Mail.Local.Running;

/// <summary>The folders of this checkout.</summary>
/// <param name="Root">The one that holds <c>Mail.sln</c>.</param>
/// <param name="Run">All that the system on this machine keeps: MAIL_RUN_DIR, or <c>.run</c>.</param>
internal sealed record Checkout(string Root, string Run)
{
    /// <summary>Whether this program runs in a container, where nothing can be started as a process of the machine.</summary>
    internal static bool IsInContainer => Environment.GetEnvironmentVariable(RootVariable) is not null;

    private const string RootVariable = "MAIL_ROOT";

    internal string Logs => Path.Combine(Run, "logs");

    /// <summary>
    /// The checkout that this program was built from; in a container, which has it elsewhere, the one that MAIL_ROOT names.
    /// </summary>
    internal static Checkout Find()
    {
        var folder = new DirectoryInfo(Environment.GetEnvironmentVariable(RootVariable) ?? AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Mail.sln")))
            folder = folder.Parent ?? throw new LocalException("this program does not run from within its checkout");
        var run = Environment.GetEnvironmentVariable("MAIL_RUN_DIR");
        return new(folder.FullName, string.IsNullOrEmpty(run) ? Path.Combine(folder.FullName, ".run") : Path.GetFullPath(run));
    }

    /// <summary>How the system is running, <c>native</c> or <c>docker</c>; null where it is not.</summary>
    internal string? Mode => File.Exists(ModeFile) && File.ReadAllText(ModeFile).Trim() is { Length: > 0 } mode ? mode : null;

    private string ModeFile => Path.Combine(Run, "mode");

    internal void WriteMode(string mode)
    {
        File.WriteAllText($"{ModeFile}.new", $"{mode}\n");
        File.Move($"{ModeFile}.new", ModeFile, overwrite: true);
    }

    internal void ForgetMode() => File.Delete(ModeFile);

    /// <summary>A file or folder below the root.</summary>
    internal string At(params string[] path) => Path.Combine([Root, .. path]);
}

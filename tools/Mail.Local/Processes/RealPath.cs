namespace Mail.Local.Processes;

/// <summary>Paths as the kernel shows them, for example in <c>/proc/PID/cwd</c>: absolute, and without symbolic links.</summary>
internal static class RealPath
{
    internal static string Resolve(string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(path) is not { } parent)
            return path;
        path = Path.Combine(Resolve(parent), Path.GetFileName(path));
        return new DirectoryInfo(path).LinkTarget is { } target ? Resolve(Path.Combine(Path.GetDirectoryName(path)!, target)) : path;
    }
}

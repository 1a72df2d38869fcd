namespace Mail.Local.Processes;

/// <summary>Paths as the kernel shows them, for example in <c>/proc/PID/cwd</c>: absolute, and without symbolic links.</summary>
internal static class RealPath
{
    internal static string Of(string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(path) is not { } parent)
            return path;
        path = Path.Combine(Of(parent), Path.GetFileName(path));
        return new DirectoryInfo(path).LinkTarget is { } target ? Of(Path.Combine(Path.GetDirectoryName(path)!, target)) : path;
    }
}

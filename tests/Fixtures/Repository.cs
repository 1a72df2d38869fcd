namespace Mail.Tests.Fixtures;

/// <summary>Where things are in the checkout that the running tests were built from.</summary>
public static class Repository
{
    /// <summary>The folder that holds <c>Mail.sln</c>.</summary>
    public static string Root { get; } = Find();

    /// <summary>Debug or Release: services are started from the same build as the tests.</summary>
    public static string Configuration { get; } = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal)
        ? "Release"
        : "Debug";

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Mail.sln")))
            directory = directory.Parent ?? throw new InvalidOperationException("These tests do not run from within the repository.");
        return directory.FullName;
    }
}

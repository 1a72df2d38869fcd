namespace Mail.Tests.Decisions;

/// <summary>The checkout that the running tests were built from.</summary>
internal static class Checkout
{
    /// <summary>The folder that holds <c>Mail.sln</c>.</summary>
    internal static string Root { get; } = Find();

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Mail.sln")))
            directory = directory.Parent ?? throw new InvalidOperationException("These tests do not run from within the repository.");
        return directory.FullName;
    }
}

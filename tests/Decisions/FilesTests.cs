namespace Mail.Tests.Decisions;

/// <summary>Files and lines that can be read at once.</summary>
public sealed class FilesTests
{
    private static readonly string[] _production = ["contracts", "store", "scheduler", "services", "tools"];

    [Fact]
    public void No_production_file_has_more_than_200_lines()
    {
        var files = Read(_production);
        Assert.Contains("store/Sql.cs", files.Keys);
        Assert.Empty(files.Where(file => file.Value.Length > 200).Select(file => $"{file.Key} has {file.Value.Length}"));
    }

    [Fact]
    public void No_line_has_more_than_140_characters() => Assert.Empty(
        Read([.. _production, "tests", "bench"]).SelectMany(file => file.Value.Index().Where(line => line.Item.Length > 140)
            .Select(line => $"{file.Key}:{line.Index + 1}")));

    private static Dictionary<string, string[]> Read(string[] folders) =>
        folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Checkout.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Checkout.Root, file))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "Generated" or "node_modules"))
            .ToDictionary(file => file, file => File.ReadAllLines(Path.Combine(Checkout.Root, file)), StringComparer.Ordinal);
}

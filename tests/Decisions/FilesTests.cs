namespace Mail.Tests.Decisions;

public sealed class FilesTests
{
    [Fact]
    public void No_production_file_has_more_than_200_lines()
    {
        var lines = new[] { "contracts", "store", "scheduler", "services" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Checkout.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !Path.GetRelativePath(Checkout.Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            .ToDictionary(file => Path.GetRelativePath(Checkout.Root, file), file => File.ReadLines(file).Count(), StringComparer.Ordinal);
        Assert.Contains("store/Sql.cs", lines.Keys);
        Assert.DoesNotContain(lines, file => file.Value > 200);
    }
}

namespace Mail.Local.Servers;

/// <summary>How psql is told to run statements for a program: no start-up file, no headings, and an end at the first error.</summary>
internal static class Psql
{
    internal const string Program = "psql";

    /// <summary>Its arguments. Each statement is a transaction of its own; several in one text share one.</summary>
    internal static string[] Arguments(string database, IEnumerable<string> statements) =>
    [
        "--quiet", "--no-psqlrc", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", $"--dbname={database}",
        .. statements.Select(statement => $"--command={statement}"),
    ];
}

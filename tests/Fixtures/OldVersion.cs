using Npgsql;

namespace Mail.Tests.Fixtures;

/// <summary>Databases as earlier versions left them: files of <c>OldVersions</c>, each named after its commit.</summary>
public static class OldVersion
{
    /// <summary>Before numbered schema steps, tombstones that expire, the pace and the restore fence.</summary>
    public const string BeforeSteps = "777a832";

    /// <summary>Loads one into a database that is empty.</summary>
    public static async Task LoadAsync(string database, string version)
    {
        // Not from the pool: the script changes settings of its connection.
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            await File.ReadAllTextAsync(Path.Combine(Repository.Root, "tests", "Fixtures", "OldVersions", $"{version}.sql")), connection);
        await command.ExecuteNonQueryAsync();
    }
}

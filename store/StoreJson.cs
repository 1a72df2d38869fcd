using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;

namespace Mail.Store;

/// <summary>How documents are written: snake_case, so that SQL over them reads like the API.</summary>
public static class StoreJson
{
    public static JsonSerializerOptions Options { get; } = Configure(new());

    /// <summary>The document in a column of a raw statement's row.</summary>
    public static T Read<T>(NpgsqlDataReader reader, int column) =>
        JsonSerializer.Deserialize<T>(reader.GetFieldValue<byte[]>(column), Options)!;

    /// <summary>The documents in the first column of what a statement returns.</summary>
    public static async Task<List<T>> ListAsync<T>(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var documents = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            documents.Add(Read<T>(reader, 0));
        return documents;
    }

    /// <summary>Applies the same settings to Marten's own options.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        return options;
    }
}

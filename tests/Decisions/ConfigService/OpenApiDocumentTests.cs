using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mail.Tests.Decisions.ConfigService;

public sealed class OpenApiDocumentTests
{
    private static readonly JsonSerializerOptions _readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Clients were generated from it. A change is made on purpose: the approved file changes in the same commit.</summary>
    [Fact]
    public async Task The_document_is_the_approved_one()
    {
        var document = (await OpenApiDocument.GetAsync()).ToJsonString(_readable);
        await File.WriteAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Approved", "openapi.received.json"), document);
        var approved = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Approved", "openapi.json"));
        Assert.Equal(approved.ReplaceLineEndings().Trim(), document.ReplaceLineEndings().Trim());
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mail.Tests.Decisions.ConfigService;

public sealed class OpenApiDocumentTests
{
    private static readonly JsonSerializerOptions _readable =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Clients were generated from it. A change is made on purpose: the approved file changes in the same commit.</summary>
    [Fact]
    public async Task The_document_is_the_approved_one()
    {
        var document = (await OpenApiDocument.GetAsync()).ToJsonString(_readable);
        var received = Path.Combine(AppContext.BaseDirectory, "Approved", "openapi.received.json");
        await File.WriteAllTextAsync(received, document);
        var approved = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Approved", "openapi.json"));
        Assert.True(
            approved.ReplaceLineEndings().Trim() == document.ReplaceLineEndings().Trim(),
            $"The document is no longer tests/Decisions/Approved/openapi.json. Compare it with {received}, and copy that over it if "
            + "this is meant.");
    }
}

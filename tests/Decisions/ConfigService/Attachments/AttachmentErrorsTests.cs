using System.Text.Json.Nodes;
using Mail.ConfigService.Problems;

namespace Mail.Tests.Decisions.ConfigService.Attachments;

/// <summary>What callers are told of an attachment with which several things are wrong, or one that two rules could refuse.</summary>
public sealed class AttachmentErrorsTests
{
    [Theory]
    [InlineData("filename", 256, "unsafe_filename")]
    [InlineData("filename", 4097, "unsafe_filename")]
    [InlineData("filename", 100_000, "unsafe_filename")]
    [InlineData("content_type", 256, "unsupported_content_type")]
    [InlineData("content_type", 100_000, "unsupported_content_type")]
    [InlineData("id", 129, "attachment_not_found")]
    [InlineData("id", 100_000, "attachment_not_found")]
    public void What_is_too_long_has_one_code_and_no_other(string field, int length, string code)
    {
        var attachment = new JsonObject { ["filename"] = "a.txt", [field == "id" ? "id" : "content"] = "AQ==" };
        attachment[field] = new string('x', length);
        var refusal = Assert.Throws<ProblemException>(() => AttachmentInputTests.Read($"[{attachment.ToJsonString()}]"));
        var error = Assert.Single((Dictionary<string, List<string>>)refusal.Extensions["errors"]!);
        Assert.Equal((code, $"/attachments/0/{field}"), (refusal.Code.Name, error.Key));
        Assert.Single(error.Value);
    }

    [Theory]
    [InlineData("""{"content":"!!","filename":"run.exe"}""", "/content not base64, /filename BLOCKED_FILE_TYPES")]
    [InlineData(
        """{"content":"!!","filename":"run.exe","content_type":"exe"}""",
        "/content not base64, /content_type not a media type, /filename BLOCKED_FILE_TYPES")]
    [InlineData("""{"filename":"run.exe"}""", " neither id nor content, /filename BLOCKED_FILE_TYPES")]
    [InlineData("""{"content":"!!","filename":"..\\run.exe"}""", "/content not base64, /filename a path")]
    [InlineData(
        """{"id":"sha256-0000000000000000000000000000000000000000000000000000000000000000"}""",
        "/filename is required, /id no attachment of this client")]
    public void All_that_is_wrong_with_one_is_said_at_once(string attachment, string expected)
    {
        var refusal = Assert.Throws<ProblemException>(() => AttachmentInputTests.Read($"[{attachment}]"));
        var errors = (Dictionary<string, List<string>>)refusal.Extensions["errors"]!;
        var wrong = expected.Split(", ").Select(each => each.Split(' ', 2)).ToList();
        Assert.Equal(
            wrong.Select(each => $"/attachments/0{each[0]}"), errors.Select(error => error.Key).Order(StringComparer.Ordinal));
        Assert.All(wrong, each => Assert.Contains(each[1], Assert.Single(errors[$"/attachments/0{each[0]}"]), StringComparison.Ordinal));
    }
}

using System.Text;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.ConfigService.Webhooks;
using Mail.Hosting.Egress;

namespace Mail.Tests.Decisions.Webhooks;

/// <summary>What a save judges is the name that senders connect to: in ASCII, whatever it was written in.</summary>
public sealed class WebhookUrlTests
{
    [Theory]
    // The full stops of other scripts, which part the labels of a name too (RFC 3490 section 3.1).
    [InlineData("https://127\u30020\u30020\u30022/", "127.0.0.2 is loopback")]
    [InlineData("https://10\uff0e0\uff0e0\uff0e1/", "10.0.0.1 is private")]
    [InlineData("https://[::1]/", "::1 is loopback")]
    public async Task Another_spelling_of_an_address_is_the_address(string url, string refusal) =>
        Assert.Contains($"leads where nothing is sent: {refusal}", await ReadAsync(url), StringComparison.Ordinal);

    // A label is written from one side (RFC 5893 section 2).
    [Fact]
    public async Task What_has_no_form_in_ASCII_is_no_address() =>
        Assert.Contains("is no https address", await ReadAsync("https://a\u05d0.example/"), StringComparison.Ordinal);

    private static async Task<string> ReadAsync(string url)
    {
        var errors = new Errors();
        var body = Encoding.UTF8.GetBytes($$"""{"url":"{{url}}"}""");
        await new WebhookUrl(EgressPolicy.PublicOnly).ReadAsync(
            new ObjectReader(body, errors, "url"), required: true, CancellationToken.None);
        return Assert.Throws<ProblemException>(errors.Throw).Message;
    }
}

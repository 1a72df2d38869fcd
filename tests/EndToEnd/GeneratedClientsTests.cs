namespace Mail.Tests.EndToEnd;

/// <summary>The document is one that others can generate clients from, and those clients work.</summary>
[Collection(SharedSystemTests.Name)]
public sealed class GeneratedClientsTests(GeneratedClients clients) : IClassFixture<GeneratedClients>
{
    // The applications in tests/Clients do the same with each client. They differ in how they write words: Cancelled, cancelled.
    private static readonly string[] _expected =
    [
        "2 on this page",
        "2 on this page",
        "1 on this page",
        "now it is cancelled",
        "409 too_late: Too late: the e-mail is cancelled.",
        "replayed: true",
        "pending, on_time, single, text: none, campaign: spring, error: none, lines left out: 0",
        "due then: 6",
        "moved: true",
        "422 invalid_body, at /to, stands nowhere",
        "404 email_not_found, at , stands nowhere",
        "409 too_late, at , stands cancelled",
        "scheduled, then kept; removed 0",
        "412 revision_mismatch, at , stands nowhere",
        "revisions: 1",
        "held: true, 6 would go out later, held: false",
        "keys: 0, configured: true",
    ];

    [Theory]
    [InlineData("openapi-typescript")]
    [InlineData("nswag")]
    [InlineData("kiota")]
    public async Task A_client_that_this_generator_makes_creates_lists_cancels_and_reads_what_is_refused(string generator) =>
        Assert.Equal(_expected, await clients.CallAsync(generator, SharedSystemTests.NewClient()), StringComparer.OrdinalIgnoreCase);

    [Fact]
    public async Task Spectral_and_Redocly_find_nothing_in_the_document() => Assert.Equal("", await clients.LintAsync());
}

using Mail.ConfigService.Requests;

namespace Mail.Tests.Decisions.ConfigService;

/// <summary>Entity tags as callers and proxies send them.</summary>
public sealed class PreconditionsTests
{
    [Theory]
    [InlineData("", "", 3L, null)]
    [InlineData("\"3\"", "", 3L, null)]
    [InlineData("W/\"3\"", "", 3L, null)]
    [InlineData("3", "", 3L, null)]
    [InlineData("\"2\", \"3\"", "", 3L, null)]
    [InlineData("*", "", 3L, null)]
    // What Caddy, Apache and others that compress add to it.
    [InlineData("\"3-gzip\"", "", 3L, null)]
    [InlineData("W/\"3-br\"", "", 3L, null)]
    [InlineData("\"3-zstd\"", "", 3L, null)]
    [InlineData("\"2\"", "", 3L, "The config is at revision 3, not \"2\": someone saved in between. Read it again; nothing changed.")]
    [InlineData("\"3-x\"", "", 3L, "The config is at revision 3, not \"3-x\": someone saved in between. Read it again; nothing changed.")]
    [InlineData("\"0\"", "", null, "There is no config to match. Nothing changed.")]
    [InlineData("*", "", null, "There is no config to match. Nothing changed.")]
    [InlineData("", "*", null, null)]
    [InlineData("", "*", 3L, "There is a config, at revision 3. Nothing changed.")]
    [InlineData("", "\"3\"", 3L, "There is a config, at revision 3. Nothing changed.")]
    [InlineData("", "\"2\"", 3L, null)]
    public void A_request_goes_on_where_what_is_there_is_what_its_caller_believes(
        string ifMatch, string ifNoneMatch, long? current, string? refusal) =>
        Assert.Equal(refusal, new Preconditions(ifMatch, ifNoneMatch).Refuse("config", "revision", current));
}

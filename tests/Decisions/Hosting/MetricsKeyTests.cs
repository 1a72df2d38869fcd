using Mail.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Mail.Tests.Decisions.Hosting;

/// <summary>Who may read the metrics.</summary>
public sealed class MetricsKeyTests
{
    private const string Key = "a-key-of-the-scrapers-own";

    [Theory]
    [InlineData("Bearer " + Key, true)]
    [InlineData("bearer " + Key + " ", true)]
    [InlineData("Bearer " + Key + "s", false)]
    [InlineData("Bearer ", false)]
    [InlineData("Basic " + Key, false)]
    [InlineData(Key, false)]
    [InlineData("", false)]
    public void It_is_whoever_sends_the_key_as_a_bearer(string authorization, bool allowed)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Authorization = authorization;
        Assert.Equal(allowed, Of(Key)!.IsIn(request));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Without_a_key_it_is_everyone(string? key) => Assert.Null(Of(key));

    [Fact]
    public void A_key_that_could_be_guessed_is_refused() =>
        Assert.StartsWith(
            "METRICS_KEY is too short: ", Assert.Throws<SettingException>(() => Of("nineteen-characters")).Message,
            StringComparison.Ordinal);

    private static MetricsKey? Of(string? key) =>
        MetricsKey.From(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("METRICS_KEY", key)]).Build());
}

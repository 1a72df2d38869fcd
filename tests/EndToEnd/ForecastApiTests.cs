using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>What a forecast says where nothing can be sent, where something is held, and to whom; and whether it comes true.</summary>
[Collection(SenderlessSystemTests.Name)]
public sealed class ForecastApiTests(SenderlessSystem system) : IAsyncDisposable
{
    private const string Client = "forecast";

    private readonly Api _api = system.Mail.Api;

    public async ValueTask DisposeAsync()
    {
        await system.EraseAsync(Client);
        _api.Dispose();
    }

    [Fact]
    public async Task It_follows_senders_and_holds_and_a_client_sees_its_own()
    {
        var key = (string)(await _api.PostAsync($"client/{Client}/api-keys", new JsonObject { ["name"] = "shop" }))
            .Expect(HttpStatusCode.Created).Json["key"]!;
        using var own = system.Mail.ApiOf(0, key);
        var emails = new JsonArray([.. Enumerable.Range(0, 5).Select(_ => (JsonNode)Api.Item(null, Api.In(TimeSpan.FromHours(2))))]);
        var batch = (await _api.PostAsync($"client/{Client}/scheduled-emails/batch", new JsonObject { ["emails"] = emails }))
            .Expect(HttpStatusCode.Created);
        var id = (string)batch.Json["items"]![0]!["id"]!;

        // No sender.
        var forecast = (await own.GetAsync("forecast")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal((5, 5, 0, 0, 0), Numbers(forecast));
        Assert.Null(forecast["rate_per_hour"]);
        Assert.Null(forecast["last_expected"]);
        Assert.Equal(("blocked", null), await EmailAsync(own, id));

        await using (await system.StartSenderAsync(ready: true, ("SMTP_RATE", "0.01")))
        {
            // 100 s lie between one e-mail and the next.
            forecast = (await own.GetAsync("forecast")).Json;
            Assert.Equal((5, 0, 0, 0, 4), Numbers(forecast));
            Assert.Equal(36, (double)forecast["rate_per_hour"]!);
            Assert.Equal(400, (Time(forecast["last_expected"]) - Time(forecast["first_due"])).TotalSeconds, 0.5);
            Assert.Equal((24, 5), (forecast["by_hour"]!.AsArray().Count, forecast["by_hour"]!.AsArray().Sum(hour => (int)hour!["sent"]!)));
            Assert.Equal(0, (int)(await own.GetAsync("forecast?hours=1")).Json["due"]!);
            Assert.Equal(5, (int)(await own.GetAsync("forecast?hours=48")).Json["due"]!);

            var listed = await own.ListAsync($"client/{Client}/scheduled-emails");
            Assert.Equal(
                [0, 100, 200, 300, 400],
                listed.Select(email => Math.Round((Time(email["expected_at"]) - Time(email["scheduled_datetime"])).TotalSeconds)));
            Assert.Equal(["on_time", "late", "late", "late", "late"], listed.Select(email => (string)email["forecast"]!));
            Assert.Contains("at 36 an hour, so it is expected to go at", (string)listed[^1]["explanation"]!, StringComparison.Ordinal);

            (await _api.PostAsync($"client/{Client}/hold", new JsonObject())).Expect(HttpStatusCode.OK);
            Assert.Equal((5, 0, 5, 0, 0), Numbers((await own.GetAsync("forecast")).Json));
            Assert.Equal(("held", null), await EmailAsync(own, id));
            (await _api.PostAsync($"client/{Client}/release", new JsonObject())).Expect(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task A_burst_under_a_rate_takes_as_long_as_the_forecast_said_and_what_was_cancelled_takes_no_turn()
    {
        const int Emails = 5;
        await using var sender = await system.StartSenderAsync(ready: true, ("SMTP_RATE", "0.5"));
        var due = Api.In(TimeSpan.FromSeconds(12));
        foreach (var _ in Enumerable.Range(0, 3))
        {
            var cancelled = (await _api.PostAsync($"client/{Client}/scheduled-emails", Api.Item(null, due))).Expect(HttpStatusCode.Created);
            (await _api.PostAsync($"scheduled-emails/{(string)cancelled.Json["id"]!}/cancel")).Expect(HttpStatusCode.OK);
        }

        (await _api.PutAsync(
            $"client/{Client}/email-config", Api.Config(Enumerable.Range(0, Emails).Select(number => Api.Item($"item-{number}", due)))))
            .Expect(HttpStatusCode.OK);
        var forecast = (await _api.GetAsync("forecast")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal((Emails, 1800), ((int)forecast["due"]!, (double)forecast["rate_per_hour"]!));
        var expected = (await _api.ListAsync($"client/{Client}/scheduled-emails?status=pending"))
            .Select(email => Time(email["expected_at"])).Order().ToList();

        var sent = (await _api.SettledAsync(Client)).Where(email => (string)email["status"]! == "sent")
            .Select(email => Time(email["sent_at"])).Order().ToList();
        Assert.Equal(Emails, sent.Count);
        // The first pays for the connection; a turn is two seconds.
        Assert.InRange((sent[^1] - sent[1]) - (expected[^1] - expected[1]), TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData("forecast?hours=0", "invalid_query")]
    [InlineData("forecast?hours=169", "invalid_query")]
    [InlineData("forecast?hours=a", "invalid_query")]
    [InlineData("forecast?day=1", "unknown_parameter")]
    public async Task What_it_is_not_made_for_is_refused(string path, string code) =>
        Assert.Equal(code, (await _api.GetAsync(path)).Expect(HttpStatusCode.UnprocessableEntity).Code);

    private static (int Due, int Blocked, int Held, int WillExpire, int Late) Numbers(JsonNode forecast) =>
        ((int)forecast["due"]!, (int)forecast["blocked"]!, (int)forecast["held"]!, (int)forecast["will_expire"]!, (int)forecast["late"]!);

    private static async Task<(string? Forecast, string? ExpectedAt)> EmailAsync(Api api, string id)
    {
        var email = (await api.GetAsync($"scheduled-emails/{id}")).Json;
        return ((string?)email["forecast"], (string?)email["expected_at"]);
    }

    private static DateTimeOffset Time(JsonNode? time) =>
        DateTimeOffset.Parse((string)time!, System.Globalization.CultureInfo.InvariantCulture);
}

using System.Net;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

public sealed class WrongKeysTests(TestServers servers)
{
    [Fact]
    public async Task Repeated_wrong_keys_are_slowed_down_and_a_right_one_always_works()
    {
        await using var service = new ServiceProcess("ConfigService", new(StringComparer.Ordinal)
        {
            ["ConnectionStrings__Postgres"] = await servers.NewDatabaseAsync(),
            ["API_KEY"] = MailSystem.OperatorKey,
        });
        await service.StartAsync();
        using var guesser = new Api(service.Address, "wrong");
        var answers = new List<Api.Answer>();
        for (var guess = 0; guess < 15; guess++)
            answers.Add(await guesser.GetAsync("holds"));
        Assert.Equal(HttpStatusCode.Unauthorized, answers[0].Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1].Status);
        Assert.InRange(
            int.Parse(answers[^1].Headers.GetValues("Retry-After").Single(), System.Globalization.CultureInfo.InvariantCulture), 1, 60);

        using var right = new Api(service.Address, MailSystem.OperatorKey);
        (await right.GetAsync("holds")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_client_that_asks_too_often_is_asked_to_wait_and_others_are_not()
    {
        await using var service = new ServiceProcess("ConfigService", new(StringComparer.Ordinal)
        {
            ["ConnectionStrings__Postgres"] = await servers.NewDatabaseAsync(),
            ["API_KEY"] = MailSystem.OperatorKey,
            ["API_RATE_LIMIT"] = "5",
        });
        await service.StartAsync();
        using var operators = new Api(service.Address, MailSystem.OperatorKey);
        var keys = new List<string>();
        foreach (var client in new[] { "busy", "calm" })
        {
            keys.Add(
                (string)(await operators.PostAsync(
                    $"client/{client}/api-keys", new System.Text.Json.Nodes.JsonObject { ["name"] = client }))
                    .Expect(HttpStatusCode.Created).Json["key"]!);
        }

        using var busy = new Api(service.Address, keys[0]);
        using var calm = new Api(service.Address, keys[1]);
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => busy.GetAsync("client/busy/scheduled-emails")));
        Assert.Contains(answers, answer => answer.Status == HttpStatusCode.OK);
        var refused = answers.First(answer => answer.Status == HttpStatusCode.TooManyRequests);
        Assert.Equal(("too_many_requests", "1"), (refused.Code, refused.Headers.GetValues("Retry-After").Single()));
        (await calm.GetAsync("client/calm/scheduled-emails")).Expect(HttpStatusCode.OK);
        Assert.All(
            await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => operators.GetAsync("holds"))),
            answer => answer.Expect(HttpStatusCode.OK));
        await Deadline.UntilAsync(() => busy.GetAsync("client/busy/scheduled-emails"), answer => answer.Status == HttpStatusCode.OK);
    }
}

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
        Assert.InRange(int.Parse(answers[^1].Headers.GetValues("Retry-After").Single(), System.Globalization.CultureInfo.InvariantCulture), 1, 60);

        using var right = new Api(service.Address, MailSystem.OperatorKey);
        (await right.GetAsync("holds")).Expect(HttpStatusCode.OK);
    }
}

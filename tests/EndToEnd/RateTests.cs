using System.Net;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary><c>SMTP_RATE</c> holds over all senders of an account.</summary>
public sealed class RateTests(TestServers servers)
{
    private const int Rate = 20;
    private const int Emails = 80;

    [Fact]
    public async Task Two_senders_together_keep_to_the_rate_and_use_it_up()
    {
        await using var mail = await MailSystem.StartAsync(
            servers, senderEnvironment: new(StringComparer.Ordinal) { ["SMTP_RATE"] = $"{Rate}" });
        await using var second = mail.Sender("sender-2", new(StringComparer.Ordinal) { ["SMTP_RATE"] = $"{Rate}" });
        await second.StartAsync();
        using var api = mail.Api;
        // The first ones pay for connections, and for what is compiled.
        await SaveAsync("warm", Rate);
        await mail.Smtp.WaitForAsync(Rate);
        await SaveAsync("measured", Emails);
        await mail.Smtp.WaitForAsync(Rate + Emails);

        var times = mail.Smtp.Received.Where(received => received.Subject == "measured").Select(received => received.ArrivedAt).Order()
            .ToList();
        Assert.Equal(Emails, times.Count);
        // No three seconds have more than the rate, but for what a busy machine delayed into them by half a second.
        var most = times.Max(from => times.Count(at => at >= from && at < from + TimeSpan.FromSeconds(3)));
        Assert.InRange(most, 1, (3 * Rate) + (Rate / 2));
        Assert.InRange(
            times[^1] - times[0], TimeSpan.FromSeconds((double)(Emails - 1) / Rate - 0.3), TimeSpan.FromSeconds(2.0 * Emails / Rate));

        async Task SaveAsync(string subject, int count) => (await api.PutAsync(
            $"client/{subject}/email-config",
            Api.Config(Enumerable.Range(0, count).Select(number => Api.Item($"item-{number}", Api.In(TimeSpan.Zero), subject: subject)))))
            .Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_waits_for_its_turn_is_still_pending_and_can_be_cancelled()
    {
        await using var mail = await MailSystem.StartAsync(
            servers, senderEnvironment: new(StringComparer.Ordinal) { ["SMTP_RATE"] = "0.2" });
        using var api = mail.Api;
        (await api.PutAsync(
            "client/acme/email-config",
            Api.Config(Enumerable.Range(0, 3).Select(number => Api.Item($"item-{number}", Api.In(TimeSpan.Zero))))))
            .Expect(HttpStatusCode.OK);
        await mail.Smtp.WaitForAsync(1);
        (await api.PutAsync("client/acme/email-config", Api.Config([]))).Expect(HttpStatusCode.OK);
        Assert.Equal(
            ["cancelled", "cancelled", "sent"],
            (await api.SettledAsync("acme")).Select(email => (string)email["status"]!).Order(StringComparer.Ordinal));
        Assert.Single(mail.Smtp.Received);
    }
}

using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>Trouble that is not any e-mail's: none is burnt on it, and the system says why nothing goes out.</summary>
public sealed class BlockedSenderTests(TestServers servers)
{
    private const int Emails = 100;

    [Fact]
    public async Task A_wrong_password_fails_no_email_and_is_named_and_once_put_right_each_goes_out_once()
    {
        var wrong = new Dictionary<string, string?>(StringComparer.Ordinal) { ["SMTP_AUTH"] = null, ["SMTP_USER"] = "mail", ["SMTP_PASSWORD"] = "wrong" };
        await using var mail = await MailSystem.StartAsync(servers, senderEnvironment: wrong, smtp: server => server.WithLogin("mail", "right"));
        using var api = mail.Api;
        (await api.PutAsync("client/acme/email-config", Api.Config(Enumerable.Range(0, Emails).Select(number => Api.Item($"{number}", Api.In(TimeSpan.Zero)))))).Expect(HttpStatusCode.OK);

        var blocked = (await Deadline.UntilAsync(() => api.GetAsync("test-email/config"), answer => (string)answer.Json["senders"]![0]!["state"]! == "blocked", TimeSpan.FromSeconds(10))).Json;
        Assert.Contains("535", (string)blocked["senders"]![0]!["reason"]!, StringComparison.Ordinal);
        Assert.NotNull(blocked["senders"]![0]!["hint"]);
        var test = await api.PostAsync("test-email", new JsonObject { ["to"] = "ada@example.com" });
        Assert.Equal("smtp_failed", test.Expect(HttpStatusCode.BadGateway).Code);
        Assert.Contains("535", (string)test.Json["smtp_reply"]!, StringComparison.Ordinal);
        var pending = (await api.GetAsync("client/acme/scheduled-emails?limit=500")).Json["items"]!.AsArray();
        Assert.Equal(Emails, pending.Count);
        Assert.All(pending, email => Assert.Equal(("pending", "blocked"), ((string)email!["status"]!, (string)email["forecast"]!)));
        Assert.Contains("is blocked", (string)pending[0]!["explanation"]!, StringComparison.Ordinal);
        Assert.InRange(mail.Smtp.Logins, 1, 5);

        await mail.Senders[0].StopAsync();
        wrong["SMTP_PASSWORD"] = "right";
        mail.Senders.Add(mail.Sender("sender-2", wrong));
        await mail.Senders[^1].StartAsync();

        await Deadline.UntilAsync(() => api.GetAsync("client/acme/scheduled-emails?status=sent&limit=500"), page => page.Json["items"]!.AsArray().Count == Emails);
        Assert.Equal(Emails, mail.Smtp.Received.Select(received => received.MessageId).Distinct().Count());
        Assert.Equal(Emails, mail.Smtp.Received.Count);
    }
}

using System.Net;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd.Attachments;

/// <summary>That a message is larger than the server takes shows before it is due.</summary>
public sealed class ServerSizeTests(TestServers servers)
{
    [Fact]
    public async Task An_email_that_the_server_will_not_take_is_blocked_and_says_both_sizes()
    {
        await using var system = await MailSystem.StartAsync(
            servers, smtp: smtp => smtp.Offering("PIPELINING", "SIZE 1000000", "8BITMIME", "ENHANCEDSTATUSCODES"));
        using var api = system.Api;
        var large = (await api.PostAsync(
            "client/acme/scheduled-emails",
            Api.Item(null, Api.In(TimeSpan.FromHours(1))).WithAttachments(Uploads.Along(new byte[800_000], "a.bin"))))
            .Expect(HttpStatusCode.Created).Json;
        var small = (await api.PostAsync(
            "client/acme/scheduled-emails",
            Api.Item(null, Api.In(TimeSpan.FromHours(1))).WithAttachments(Uploads.Along(new byte[700_000], "a.bin"))))
            .Expect(HttpStatusCode.Created).Json;

        var blocked = (await Deadline.UntilAsync(
            () => api.GetAsync($"scheduled-emails/{large["id"]}"), answer => (string?)answer.Json["forecast"] == "blocked")).Json;
        Assert.Matches(
            @"its message has up to 109\d{4} bytes \(1\.0\d MiB\), and the server takes 1000000 bytes \(0\.95 MiB\) at the most",
            (string)blocked["explanation"]!);
        Assert.Null(blocked["expected_at"]);
        Assert.Equal(
            "blocked",
            (string)(await api.ListAsync("client/acme/scheduled-emails"))
                .Single(email => (string)email["id"]! == (string)large["id"]!)["forecast"]!);
        var forecast = (await api.GetAsync("forecast?hours=2")).Json;
        Assert.Equal((2, 1, 0), ((int)forecast["due"]!, (int)forecast["blocked"]!, (int)forecast["late"]!));
        Assert.Equal("on_time", (string)(await api.GetAsync($"scheduled-emails/{small["id"]}")).Json["forecast"]!);

        system.Smtp.But("MAIL", "552 5.3.4 Message size exceeds fixed limit");
        (await api.PostAsync($"scheduled-emails/{large["id"]}/send-now")).Expect(HttpStatusCode.OK);
        var failed = await api.EmailAsync((string)large["id"]!, "failed");
        Assert.Equal("message.size-by-code", (string)failed["last_error"]!["verdict"]!);
        Assert.Contains("larger than the server takes", (string)failed["last_error"]!["hint"]!, StringComparison.Ordinal);
    }
}

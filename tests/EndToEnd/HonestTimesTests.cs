using System.Globalization;
using System.Net;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.EndToEnd;

/// <summary>When an e-mail was sent is when the server's reply was there, by the server's own clock.</summary>
[Collection(SenderlessSystemTests.Name)]
public sealed class HonestTimesTests(SenderlessSystem system) : IAsyncDisposable
{
    private const int Emails = 200;

    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    public ValueTask DisposeAsync() => system.EraseAsync(_client);

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    public async Task No_email_is_said_to_be_sent_before_the_server_replied_nor_long_after(int connections)
    {
        await using var server = ScriptedSmtp.Accepting();
        await using var sender = await system.StartSenderAsync(server, ("SMTP_MAX_CONNECTIONS", $"{connections}"));
        var due = Api.In(TimeSpan.FromSeconds(1));
        (await _api.PutAsync(
            $"client/{_client}/email-config",
            Api.Config(Enumerable.Range(0, Emails).Select(number => Api.Item($"{number}", due.AddMilliseconds(number * 20))))))
            .Expect(HttpStatusCode.OK);

        var emails = await _api.SettledAsync(_client);

        var late = emails
            .Select(email => (Time(email["sent_at"]!) - Whole(server.RepliedAt((string)email["message_id"]!))).TotalMilliseconds)
            .Order()
            .ToList();
        Assert.Equal(Emails, late.Count);
        Assert.InRange(late[0], 0, double.MaxValue);
        // The median: what a busy machine delays is no fault of the clock.
        Assert.InRange(late[Emails / 2], 0, 50);
        Assert.All(emails, email => Assert.Equal(
            (long)(Time(email["sent_at"]!) - Time(email["scheduled_datetime"]!)).TotalMilliseconds, (long)email["lateness_ms"]!, 1.0));
    }

    private static DateTimeOffset Time(System.Text.Json.Nodes.JsonNode time) =>
        DateTimeOffset.Parse((string)time!, CultureInfo.InvariantCulture);

    private static DateTimeOffset Whole(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
}

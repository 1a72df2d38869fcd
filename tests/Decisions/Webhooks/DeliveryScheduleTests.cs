using System.Text;
using Mail.SenderService.Webhooks;
using Mail.Store;

namespace Mail.Tests.Decisions.Webhooks;

public sealed class DeliveryScheduleTests
{
    private static readonly DeliveryResult _failed = DeliveryResult.From(503, null, null);

    [Fact]
    public void A_delivery_is_tried_ten_times_over_three_days()
    {
        var delays = Enumerable.Range(1, DeliverySchedule.MaxAttempts).Select(attempts => DeliverySchedule.After(attempts, _failed, 0.5))
            .ToArray();
        Assert.Equal(
            [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400],
            delays[..^1].Select(delay => Math.Round(delay!.Value.TotalSeconds)));
        Assert.Null(delays[^1]);
    }

    [Fact]
    public void Jitter_is_a_tenth() => Assert.Equal(
        (4.5, 5.5),
        (
            DeliverySchedule.After(1, _failed, 0)!.Value.TotalSeconds,
            Math.Round(DeliverySchedule.After(1, _failed, 1)!.Value.TotalSeconds, 6)));

    [Theory]
    [InlineData(1, 60, 60)]
    [InlineData(2, 60, 300)]
    [InlineData(1, 1_000_000, 86_400)]
    [InlineData(1, -5, 5)]
    public void What_the_endpoint_asks_for_is_kept_to_where_it_is_longer(int attempts, int asked, int seconds) => Assert.Equal(
        seconds,
        Math.Round(
            DeliverySchedule.After(attempts, _failed with { RetryAfter = TimeSpan.FromSeconds(asked) }, 0.5)!.Value.TotalSeconds));

    [Theory]
    [InlineData(200, true)]
    [InlineData(204, true)]
    [InlineData(301, false)]
    [InlineData(400, false)]
    [InlineData(410, false)]
    [InlineData(500, false)]
    public void Two_hundreds_are_success_and_nothing_else_is(int status, bool isSuccess) =>
        Assert.Equal(isSuccess, DeliveryResult.From(status, null, null).IsSuccess);

    [Fact]
    public void Gone_is_not_tried_again() => Assert.Null(DeliverySchedule.After(1, DeliveryResult.From(410, null, null), 0));

    // The example of the specification: https://www.standardwebhooks.com (whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw).
    [Fact]
    public void The_example_of_the_specification_has_its_signature() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        WebhookSignature.Sign(
            [Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")], "msg_p5jXN8AQM9LWM0D4loKWxJek",
            DateTimeOffset.FromUnixTimeSeconds(1_614_265_330), "{\"test\": 2432232314}"u8));

    [Fact]
    public void The_body_of_an_event_is_what_it_always_was()
    {
        var of = new FeedEvent(
            new(7, 42, new(2026, 11, 24, 15, 12, 9, 310, TimeSpan.Zero)), EventType.EmailAttemptFailed, "acme",
            new("019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01"), "größe", "mailbox.full",
            new() { ["next_attempt_at"] = "2026-11-24T15:13:09.3101234+00:00" });
        Assert.Equal(
            """
            {"type":"email.attempt_failed","timestamp":"2026-11-24T15:12:09.310Z","data":{"email_id":"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01",
            """ + """
            "key":"größe","status":"pending","reason":"mailbox.full","sequence":42,"next_attempt_at":"2026-11-24T15:13:09.310Z"}}
            """,
            EventBody.Write(of));
        Assert.Equal(Encoding.UTF8.GetBytes(EventBody.Write(of)), Encoding.UTF8.GetBytes(EventBody.Write(of with { })));
    }
}

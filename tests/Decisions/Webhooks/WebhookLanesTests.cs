using Mail.SenderService.Webhooks;
using Mail.Store;
using Mail.Tests.Decisions.Smtp;

namespace Mail.Tests.Decisions.Webhooks;

/// <summary>Whoever is slow is held up by the slow, and nobody else is.</summary>
public sealed class WebhookLanesTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly WebhookLanes _lanes;

    public WebhookLanesTests() => _lanes = new(_time);

    public void Dispose() => _lanes.Dispose();

    [Fact]
    public async Task Endpoints_that_answer_slowly_do_not_hold_up_others()
    {
        // Twenty clients, each with an endpoint that took three seconds.
        var slow = Enumerable.Range(0, 20).Select(each => Of($"slow-{each}")).ToArray();
        foreach (var each in slow)
        {
            var place = await EnterAsync(each);
            _time.Advance(TimeSpan.FromSeconds(3));
            place!.Dispose();
        }

        foreach (var each in slow.SelectMany(each => Enumerable.Repeat(each, WebhookLanes.OfOne)))
            _ = await EnterAsync(each);
        Assert.Null(await EnterAsync(slow[0]));
        var quick = Of("quick");
        for (var count = 0; count < WebhookLanes.OfOne; count++)
            Assert.NotNull(await EnterAsync(quick));
    }

    [Fact]
    public async Task One_that_answers_at_once_again_is_slow_no_more()
    {
        var one = Of("one");
        var place = await EnterAsync(one);
        _time.Advance(TimeSpan.FromSeconds(3));
        place!.Dispose();
        (await EnterAsync(one))!.Dispose();
        var failing = Enumerable.Range(0, 8).Select(each => Of($"failing-{each}")).ToArray();
        foreach (var each in failing.SelectMany(each => Enumerable.Repeat(each, 8)))
            Assert.NotNull(await EnterAsync(each, fails: true));
        Assert.NotNull(await EnterAsync(one));
    }

    [Fact]
    public async Task A_client_has_a_part_of_the_places()
    {
        var places = 0;
        while (places < 128 && await EnterAsync(Of("many")) is not null)
            places++;
        Assert.Equal(32, places);
        Assert.NotNull(await EnterAsync(Of("another")));
    }

    private Task<IDisposable?> EnterAsync(Webhook webhook, bool fails = false) =>
        _lanes.TryEnterAsync(webhook, fails, TimeSpan.Zero, CancellationToken.None);

    private static Webhook Of(string client) => new(Guid.CreateVersion7(), client, "https://shop.example/", [], null, default)
    {
        Cursor = new(1, EventPosition.Start),
    };
}

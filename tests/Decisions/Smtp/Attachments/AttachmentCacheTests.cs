using Mail.Messages;
using Mail.SenderService.Attachments;
using Mail.Store;

namespace Mail.Tests.Decisions.Smtp.Attachments;

/// <summary>What a sender keeps of attachments in memory.</summary>
public sealed class AttachmentCacheTests
{
    private readonly List<AttachmentId> _read = [];
    private TaskCompletionSource<EncodedFile>? _slow;

    [Fact]
    public async Task Ten_thousand_emails_with_one_file_read_it_once()
    {
        using var cache = Cache(1000);
        for (var count = 0; count < 10_000; count++)
            (await cache.RentAsync("acme", [File("one", 100)], CancellationToken.None)).Dispose();
        Assert.Single(_read);
    }

    [Fact]
    public async Task Who_asks_at_the_same_time_shares_one_read()
    {
        using var cache = Cache(1000);
        _slow = new();
        var renting = Enumerable.Range(0, 50).Select(_ => cache.RentAsync("acme", [File("one", 100)], CancellationToken.None)).ToList();
        _slow.SetResult(EncodedFile.From([1]));
        foreach (var lease in await Task.WhenAll(renting))
            lease.Dispose();
        Assert.Single(_read);
    }

    [Fact]
    public async Task What_was_used_longest_ago_goes_and_what_is_in_use_stays()
    {
        using var cache = Cache(260);
        var used = await cache.RentAsync("acme", [File("used", 90)], CancellationToken.None);
        foreach (var name in new[] { "old", "new", "old", "third" })
            (await cache.RentAsync("acme", [File(name, 60)], CancellationToken.None)).Dispose();
        Assert.Equal(4, _read.Count);
        (await cache.RentAsync("acme", [File("old", 60), File("third", 60), File("used", 90)], CancellationToken.None)).Dispose();
        Assert.Equal(4, _read.Count);
        (await cache.RentAsync("acme", [File("new", 60)], CancellationToken.None)).Dispose();
        Assert.Equal(5, _read.Count);
        used.Dispose();
    }

    [Fact]
    public async Task An_email_waits_for_room_and_keeps_none_meanwhile()
    {
        using var cache = Cache(300);
        var first = await cache.RentAsync("acme", [File("one", 140)], CancellationToken.None);
        var second = cache.RentAsync("acme", [File("two", 140), File("three", 140)], CancellationToken.None);
        var third = cache.RentAsync("acme", [File("one", 140)], CancellationToken.None);
        Assert.True(third.IsCompletedSuccessfully);
        Assert.False(second.IsCompleted);
        (await third).Dispose();
        first.Dispose();
        (await second.WaitAsync(TimeSpan.FromSeconds(10))).Dispose();
    }

    [Fact]
    public async Task One_that_is_larger_than_all_the_room_has_it_to_itself()
    {
        using var cache = Cache(300);
        (await cache.RentAsync("acme", [File("huge", 5000)], CancellationToken.None)).Dispose();
        (await cache.RentAsync("acme", [File("small", 10)], CancellationToken.None)).Dispose();
        Assert.Equal(2, _read.Count);
    }

    [Fact]
    public async Task What_could_not_be_read_is_read_again()
    {
        using var cache = Cache(300);
        _slow = new();
        var renting = cache.RentAsync("acme", [File("one", 10)], CancellationToken.None);
        _slow.SetException(new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(() => renting);
        _slow = null;
        (await cache.RentAsync("acme", [File("one", 10)], CancellationToken.None)).Dispose();
        Assert.Equal(2, _read.Count);
    }

    [Fact]
    public async Task A_file_of_one_client_is_not_anothers()
    {
        using var cache = Cache(1000);
        (await cache.RentAsync("acme", [File("one", 100)], CancellationToken.None)).Dispose();
        (await cache.RentAsync("globex", [File("one", 100)], CancellationToken.None)).Dispose();
        Assert.Equal(2, _read.Count);
    }

    private AttachmentCache Cache(long limit) => new(
        (_, id) =>
        {
            _read.Add(id);
            return _slow?.Task ?? Task.FromResult(EncodedFile.From([1]));
        },
        limit);

    // So that base64 of it has about so many bytes.
    private static Attachment File(string content, int encoded) => new(
        AttachmentId.Compute(System.Text.Encoding.UTF8.GetBytes(content)).ToString(), content, "text/plain", encoded * 3 / 4 - 3,
        ContentId: null);
}

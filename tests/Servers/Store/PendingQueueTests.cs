using Mail.ConfigService.Forecasts;
using Mail.Store;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.Servers.Store;

public sealed class PendingQueueTests(TestServers servers) : IAsyncLifetime
{
    private static readonly DateTimeOffset _nine = new(2027, 12, 1, 9, 0, 0, TimeSpan.Zero);
    private StoreHost _host = null!;
    private NpgsqlConnection _connection = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await StoreHost.StartAsync(servers);
        _connection = await _host.DataSource.OpenConnectionAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_short_queue_has_each_email_in_the_order_of_due_times_and_ids()
    {
        var emails = await InsertAsync("acme", [.. Enumerable.Range(0, 30).Select(number => _nine.AddMinutes(number % 3))]);
        await InsertAsync("acme", [_nine.AddHours(2)]);
        var queue = await ReadAsync();
        Assert.Equal(
            emails.OrderBy(email => email.DueAt).ThenBy(email => email.Id)
                .Select(email => (email.DueAt, email.Id, email.SendBefore, 1, email.DueAt)),
            queue.Blocks.Select(block => (block.DueAt, block.Id, block.SendBefore, block.Count, block.LastDueAt)));
        Assert.Empty(queue.Held);
    }

    [Fact]
    public async Task A_long_queue_has_blocks_that_miss_no_email()
    {
        var emails = await InsertAsync(
            "acme",
            [.. Enumerable.Range(0, (2 * PendingQueue.MaxBlocks) + 501).Select(number => _nine.AddMilliseconds(number * 7 % 1000))]);
        var blocks = (await ReadAsync()).Blocks;
        // Three to a block.
        Assert.Equal((emails.Count + 2) / 3, blocks.Count);
        var expected = emails.OrderBy(email => email.DueAt).ThenBy(email => email.Id).Chunk(3);
        Assert.Equal(
            expected.Select(chunk => (chunk[0].Id, chunk.Length, chunk[0].DueAt, chunk[^1].DueAt)),
            blocks.Select(block => (block.Id, block.Count, block.DueAt, block.LastDueAt)));
    }

    [Fact]
    public async Task What_is_held_is_counted_and_left_out_and_a_client_has_its_own()
    {
        var acme = await InsertAsync("acme", [_nine, _nine]);
        var other = await InsertAsync("other", [_nine]);
        var held = await ReadAsync(holds: Hold("acme"));
        Assert.Equal(acme.Select(email => email.Id).Order(), held.Held.Select(block => block.Id));
        Assert.Equal(other[0].Id, Assert.Single(held.Blocks).Id);
        Assert.Equal(other[0].Id, Assert.Single((await ReadAsync("other")).Blocks).Id);
        var all = await ReadAsync(holds: Hold(Mail.Store.Hold.Everything));
        Assert.Equal((3, 0), (all.Held.Count, all.Blocks.Count));
        Assert.Empty((await ReadAsync("nobody")).Blocks);
    }

    [Fact]
    public async Task What_is_larger_than_the_server_takes_is_counted_unless_it_is_held()
    {
        const long Most = 1_000_000;
        await InsertAsync("acme", [_nine, _nine], messageBytes: Most);
        var large = await InsertAsync("acme", [_nine.AddMinutes(1)], messageBytes: Most + 1);
        await InsertAsync("other", [_nine, _nine.AddHours(2)], messageBytes: 2 * Most);
        Assert.Equal((4, 2), await CountsAsync(null, Most));
        Assert.Equal((3, 1), await CountsAsync("acme", Most));
        Assert.Equal((3, 1), await CountsAsync(null, Most, Hold("other")));
        Assert.Equal((0, 0), await CountsAsync(null, Most, Hold(Mail.Store.Hold.Everything)));
        Assert.Equal((4, 0), await CountsAsync(null, null));
        Assert.Equal(
            large[0].Id,
            Assert.Single(
                (await PendingQueue.ReadAsync(_connection, "acme", _nine.AddHours(1), [], Most, CancellationToken.None)).TooLarge).Id);

        async Task<(int All, int TooLarge)> CountsAsync(string? client, long? most, params Hold[] holds)
        {
            var queue = await PendingQueue.ReadAsync(_connection, client, _nine.AddHours(1), holds, most, CancellationToken.None);
            return (queue.Blocks.Sum(block => block.Count), queue.TooLarge.Sum(block => block.Count));
        }
    }

    private Task<PendingQueue> ReadAsync(string? client = null, params Hold[] holds) =>
        PendingQueue.ReadAsync(_connection, client, _nine.AddHours(1), holds, largestTaken: null, CancellationToken.None);

    private static Hold Hold(string id) => new() { Id = id, Since = _nine, By = "operator" };

    private async Task<List<ScheduledEmail>> InsertAsync(string client, DateTimeOffset[] dues, long messageBytes = 1000)
    {
        var made = dues.Select(due => NewEmail.Due(due, "text"))
            .Select(each => (Email: each.Email with { ClientId = client, MessageBytes = messageBytes }, each.Body)).ToList();
        await EmailInserts.InsertAsync(
            _connection, [.. made.Select(each => each.Email)], made.Select(each => each.Body).Take(1), CancellationToken.None);
        return made.ConvertAll(each => each.Email);
    }
}

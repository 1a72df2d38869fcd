using System.Collections.Concurrent;
using Mail.Store;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.Servers.Store.Events;

/// <summary>The feed: in the order of commits, each event once, none missing.</summary>
public sealed class EventFeedTests(TestServers servers) : IAsyncLifetime
{
    private const int Writers = 32;
    private const int Transactions = 12;

    private StoreHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await StoreHost.StartAsync(servers);

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Each_event_comes_once_however_many_write_and_a_plain_sequence_skips_some()
    {
        using var written = new CancellationTokenSource();
        var committed = new ConcurrentBag<Guid>();
        var writers = Task.WhenAll(Enumerable.Range(0, Writers).Select(each => WriteAsync(new(each), committed)));
        var readers = new[]
        {
            new FeedReader(_host.DataSource), new FeedReader(_host.DataSource, limit: 100), new FeedReader(_host.DataSource, "acme"),
        };
        var reading = readers.Select(reader => FollowAsync(reader, written.Token)).ToArray();
        var counting = CountAsync(written.Token);
        await writers;
        await written.CancelAsync();
        await Task.WhenAll(reading);
        // Transactions of other databases keep the last events back, too.
        foreach (var reader in readers)
            await Deadline.UntilAsync(reader.ReadToEndAsync, read => read.Read.Count >= committed.Count);

        Assert.NotEmpty(committed);
        foreach (var reader in readers)
        {
            Assert.Equal(reader.Ids.Count, reader.Ids.Distinct().Count());
            Assert.Equal(committed.Order(), reader.Read.Select(each => each.Event.EmailId!.Value).Order());
            Assert.Equal(reader.Read.Select(each => each.Event.Position).Order(), reader.Read.Select(each => each.Event.Position));
        }

        // Who goes on from any cursor that was ever given out reads the rest, and no more.
        var all = readers[0].Ids;
        foreach (var group in readers[0].Read.GroupBy(each => each.Next).Where((_, index) => index % 5 == 0))
        {
            var rest = await new FeedReader(_host.DataSource, after: group.Key, limit: 500).ReadToEndAsync();
            Assert.Equal(all.Skip(all.IndexOf(group.Last().Event.Id) + 1), rest.Ids);
        }

        // What this test would be worth if it could not fail: the same writers, read by a sequence alone.
        Assert.NotEqual(0, committed.Count - await counting);
    }

    [Fact]
    public async Task An_event_that_commits_late_keeps_those_behind_it_back_until_it_is_there()
    {
        await using var late = await _host.DataSource.OpenConnectionAsync();
        await using var transaction = await late.BeginTransactionAsync();
        var first = await InsertAsync(late);
        await using var soon = await _host.DataSource.OpenConnectionAsync();
        var second = await InsertAsync(soon);
        var reader = await new FeedReader(_host.DataSource).ReadToEndAsync();
        Assert.Empty(reader.Read);
        Assert.True(await EventRetention.LagAsync(soon, CancellationToken.None) > TimeSpan.Zero);
        await transaction.CommitAsync();
        await Deadline.UntilAsync(reader.ReadToEndAsync, read => read.Read.Count == 2);
        Assert.Equal([first, second], reader.Read.Select(each => each.Event.EmailId!.Value));
    }

    [Fact]
    public async Task A_filter_goes_over_what_it_leaves_out_and_never_back()
    {
        await using var connection = await _host.DataSource.OpenConnectionAsync();
        for (var count = 0; count < 3; count++)
            await InsertAsync(connection);
        await using (var many = new NpgsqlCommand(
            $"insert into mail.event (type, client_id) select 1, 'acme' from generate_series(1, {EventFeed.MaxScanned})", connection))
        {
            await many.ExecuteNonQueryAsync();
        }

        var cancelled = await InsertAsync(connection);
        await EmailChanges.CancelAsync(
            connection, [EmailTransition.Cancel(cancelled, CancelReason.Cancelled, null, null, "config-1")], CancellationToken.None);
        await Deadline.UntilAsync(
            new FeedReader(_host.DataSource, "acme", limit: 1000).ReadToEndAsync,
            all => all.Read.Exists(each => each.Event.EmailId == cancelled && each.Event.Reason == CancelReason.Cancelled));
        var reader = new FeedReader(_host.DataSource, "acme");
        Assert.True(await reader.ReadPageAsync(EventType.EmailCancelled));
        Assert.Empty(reader.Read);
        Assert.False(await Deadline.UntilAsync(() => reader.ReadPageAsync(EventType.EmailCancelled), more => !more));
        var only = Assert.Single(reader.Read).Event;
        Assert.Equal((cancelled, CancelReason.Cancelled), (only.EmailId!.Value, only.Reason));
    }

    [Fact]
    public async Task A_cursor_of_another_history_is_refused_with_where_to_begin()
    {
        await using var connection = await _host.DataSource.OpenConnectionAsync();
        await InsertAsync(connection);
        var reader = await new FeedReader(_host.DataSource).ReadToEndAsync();
        // As a dump does it: the same row, written by another transaction.
        await ExecuteAsync(
            connection,
            "create temp table kept as table mail.event_epoch; delete from mail.event_epoch; insert into mail.event_epoch table kept");
        var expired = await Assert.ThrowsAsync<CursorExpiredException>(reader.ReadToEndAsync);
        // What was restored is of another history, too: its transactions may be far ahead.
        await ExecuteAsync(
            connection, "create temp table events as table mail.event; delete from mail.event; insert into mail.event table events");
        var again = await new FeedReader(_host.DataSource, after: expired.Oldest).ReadToEndAsync();
        Assert.Empty(again.Read);
        var next = await InsertAsync(connection);
        await Deadline.UntilAsync(again.ReadToEndAsync, read => read.Read.Count > 0);
        Assert.Equal(next, Assert.Single(again.Read).Event.EmailId);
    }

    [Fact]
    public async Task A_cursor_from_the_future_is_of_a_database_that_went_back()
    {
        var reader = await new FeedReader(_host.DataSource).ReadToEndAsync();
        var ahead = reader.Cursor! with { Position = new(reader.Cursor!.Position.Xid + 1_000_000, 1, reader.Cursor.Position.At) };
        await Assert.ThrowsAsync<CursorExpiredException>(new FeedReader(_host.DataSource, after: ahead).ReadToEndAsync);
    }

    [Fact]
    public async Task Days_that_are_no_longer_kept_are_dropped_whole_and_older_cursors_refused()
    {
        await using var connection = await _host.DataSource.OpenConnectionAsync();
        await ExecuteAsync(connection, "insert into mail.event (type, client_id, at) values (1, 'acme', now() - interval '40 days')");
        var old = new FeedReader(_host.DataSource, limit: 1);
        await Deadline.UntilAsync(old.ReadToEndAsync, read => read.Read.Count == 1);
        var before = new FeedCursor(old.Cursor!.Epoch, EventPosition.Start);
        await EventRetention.RunOnceAsync(connection, EventRetention.Default, now: null, CancellationToken.None);
        Assert.Equal(0, await _host.AskAsync<long>("select count(*) from mail.event"));
        await Assert.ThrowsAsync<CursorExpiredException>(new FeedReader(_host.DataSource, after: before).ReadToEndAsync);
        await old.ReadToEndAsync();

        // In forty days the partitions of these days are gone, and there is one for the days to come.
        await InsertAsync(connection);
        var later = TimeProvider.System.GetUtcNow().AddDays(40);
        Assert.Equal(4, await EventRetention.RunOnceAsync(connection, EventRetention.Default, later, CancellationToken.None));
        Assert.Equal(0, await _host.AskAsync<long>("select count(*) from mail.event"));
        Assert.Equal(4, await _host.AskAsync<long>("""
            select count(*) from pg_inherits where inhparent = 'mail.event'::regclass and inhrelid <> 'mail.event_default'::regclass
            """));
        await Assert.ThrowsAsync<CursorExpiredException>(new FeedReader(_host.DataSource, after: before).ReadToEndAsync);
        Assert.Empty((await new FeedReader(_host.DataSource).ReadToEndAsync()).Read);
    }

    private async Task WriteAsync(Random random, ConcurrentBag<Guid> committed)
    {
        for (var count = 0; count < Transactions; count++)
        {
            await using var connection = await _host.DataSource.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            List<Guid> made = [await InsertAsync(connection), await InsertAsync(connection)];
            await Task.Delay(random.Next(30));
            if (random.Next(10) == 0)
                continue;
            await transaction.CommitAsync();
            made.ForEach(committed.Add);
        }
    }

    private static async Task FollowAsync(FeedReader reader, CancellationToken written)
    {
        var last = false;
        while (!last)
        {
            last = written.IsCancellationRequested;
            await reader.ReadToEndAsync();
        }
    }

    // As feeds do that order by a number from a sequence.
    private async Task<int> CountAsync(CancellationToken written)
    {
        var (last, count, isOver) = (0L, 0, false);
        while (!isOver)
        {
            isOver = written.IsCancellationRequested;
            await using var command = _host.DataSource.CreateCommand("select id from mail.event where id > $1 order by id");
            command.Parameters.Add(new() { Value = last });
            await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
            while (await reader.ReadAsync(CancellationToken.None))
                (last, count) = (reader.GetInt64(0), count + 1);
        }

        return count;
    }

    // Each with a body of its own: two that share one wait for each other.
    private static async Task<Guid> InsertAsync(NpgsqlConnection connection)
    {
        var (email, body) = NewEmail.Due(TimeProvider.System.GetUtcNow().AddHours(1), Guid.CreateVersion7().ToString());
        await EmailInserts.InsertAsync(connection, [email], [body], CancellationToken.None);
        return email.Id;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

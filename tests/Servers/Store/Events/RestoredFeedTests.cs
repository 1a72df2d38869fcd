using Mail.Store;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.Servers.Store.Events;

/// <summary>A dump of a server that was far ahead, restored on this one: its numbers count for nothing here.</summary>
public sealed class RestoredFeedTests(TestServers servers) : IAsyncLifetime
{
    private const string FarAhead = "8000000000000";

    private StoreHost _host = null!;
    private NpgsqlConnection _connection = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await StoreHost.StartAsync(servers);
        _connection = await _host.DataSource.OpenConnectionAsync();
        await ExecuteAsync($"""
            update mail.event_start set xid = '{FarAhead}', event_id = 7;
            insert into mail.event (xid, type, client_id, at) values
                ('{FarAhead}', 2, 'acme', now() - interval '40 days'), ('{FarAhead}', 2, 'acme', now() - interval '1 hour')
            """);
        var place = await Installations.FindAsync(_connection, "", CancellationToken.None);
        await Installations.HoldAsync(_connection, new(place, Counter: 7), "restored", CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Its_cursors_are_taken_and_its_end_is_where_readers_go_on()
    {
        var reader = new FeedReader(_host.DataSource, "acme");
        await reader.ReadToEndAsync();
        Assert.Empty(reader.Read);
        await ExecuteAsync("insert into mail.event (type, client_id) values (2, 'acme')");
        await Deadline.UntilAsync(reader.ReadToEndAsync, read => read.Read.Count == 1);
    }

    [Fact]
    public async Task What_is_dropped_of_it_moves_no_start()
    {
        var reader = await new FeedReader(_host.DataSource, "acme").ReadToEndAsync();
        await EventRetention.RunOnceAsync(_connection, EventRetention.Default, now: null, CancellationToken.None);
        Assert.Equal(1, await _host.AskAsync<long>("select count(*) from mail.event where client_id = 'acme'"));
        await reader.ReadToEndAsync();

        // By the day, too.
        var later = TimeProvider.System.GetUtcNow().AddDays(40);
        await EventRetention.RunOnceAsync(_connection, EventRetention.Default, later, CancellationToken.None);
        Assert.Equal(0, await _host.AskAsync<long>("select count(*) from mail.event where client_id = 'acme'"));
        await new FeedReader(_host.DataSource, "acme").ReadToEndAsync();
        Assert.True(await _host.AskAsync<bool>($"select xid < '{FarAhead}' from mail.event_start"));
    }

    [Fact]
    public async Task Nothing_of_it_waits_to_be_read() => Assert.InRange(
        await EventRetention.LagAsync(_connection, CancellationToken.None), TimeSpan.Zero, TimeSpan.FromMinutes(30));

    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        await command.ExecuteNonQueryAsync();
    }
}

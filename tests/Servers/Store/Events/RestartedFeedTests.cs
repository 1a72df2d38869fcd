using System.Collections.Concurrent;
using System.Globalization;
using Mail.Store;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.Servers.Store.Events;

/// <summary>Readers keep their cursors while PostgreSQL is restarted, and after it was killed.</summary>
public sealed class RestartedFeedTests : IAsyncLifetime
{
    private const int Writers = 8;

    private readonly ConcurrentBag<Guid> _committed = [];
    private readonly ConcurrentBag<Guid> _uncertain = [];
    private PrivatePostgres _postgres = null!;
    private StoreHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _postgres = await PrivatePostgres.CreateAsync();
        _host = await StoreHost.ApplyAsync(_postgres.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    [Fact]
    public async Task Each_event_comes_once_across_a_restart_and_a_kill()
    {
        using var over = new CancellationTokenSource();
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(each => WriteAsync(new(each), over.Token)));
        var readers = new[]
        {
            new FeedReader(_host.DataSource), new FeedReader(_host.DataSource, "acme"), new FeedReader(_host.DataSource, limit: 100),
        };
        using var written = new CancellationTokenSource();
        var reading = readers.Select(reader => FollowAsync(reader, written.Token)).ToArray();
        await GrowAsync();
        await _postgres.StopAsync();
        await _postgres.StartAsync();
        await GrowAsync();
        await _postgres.KillAsync();
        await _postgres.StartAsync();
        await GrowAsync();
        await over.CancelAsync();
        await writing;
        await written.CancelAsync();
        await Task.WhenAll(reading);

        foreach (var reader in readers)
        {
            var read = reader.Read.ConvertAll(each => each.Event.EmailId!.Value);
            Assert.Equal(read.Count, read.Distinct().Count());
            Assert.Empty(_committed.Except(read));
            Assert.Empty(read.Except(_committed.Concat(_uncertain)));
            Assert.Equal(reader.Read.Select(each => each.Event.Position).Order(), reader.Read.Select(each => each.Event.Position));
        }
    }

    // Numbers of transactions that were rolled back, and of which nothing had reached the disk, are given again.
    [Fact]
    public async Task A_cursor_lies_before_what_is_written_under_numbers_that_a_crash_gives_again()
    {
        await using (var connection = await _host.DataSource.OpenConnectionAsync())
        {
            await InsertAsync(connection);
            var reader = await Deadline.UntilAsync(
                () => new FeedReader(_host.DataSource).ReadToEndAsync(), reader => reader.Read.Count == 1);
            // As where it has not come round yet: what it would write are the records of those that were rolled back.
            var writer = await AskAsync<int>(connection, "select pid from pg_stat_activity where backend_type = 'walwriter'");
            await SignalAsync(writer, "STOP");
            var before = await AskAsync<ulong>(connection, "select pg_snapshot_xmax(pg_current_snapshot())");
            for (var count = 0; count < 20; count++)
            {
                await using var transaction = await connection.BeginTransactionAsync();
                await InsertAsync(connection);
                await transaction.RollbackAsync();
            }

            await reader.ReadToEndAsync();
            var another = new FeedReader(_host.DataSource, after: await EventFeed.EndAsync(connection, CancellationToken.None));
            await _postgres.KillAsync();
            _host.DataSource.Clear();
            await _postgres.StartAsync();

            await using var again = await _host.DataSource.OpenConnectionAsync();
            var written = await InsertAsync(again);
            // What this test would be worth if it could not fail.
            Assert.InRange(await AskAsync<ulong>(again, "select xid from mail.event order by xid desc limit 1"), 0UL, before + 19);
            await Deadline.UntilAsync(reader.ReadToEndAsync, read => read.Read.Count == 2);
            await another.ReadToEndAsync();
            Assert.Equal(written, Assert.Single(another.Read).Event.EmailId);
            Assert.Equal(written, reader.Read[^1].Event.EmailId);
        }
    }

    private async Task GrowAsync()
    {
        var until = _committed.Count + 100;
        await Deadline.UntilAsync(() => Task.FromResult(_committed.Count), count => count >= until);
    }

    private async Task WriteAsync(Random random, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            List<Guid> made = [];
            try
            {
                await using var connection = await _host.DataSource.OpenConnectionAsync(CancellationToken.None);
                await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
                made.Add(await InsertAsync(connection));
                made.Add(await InsertAsync(connection));
                await Task.Delay(random.Next(30), CancellationToken.None);
                if (random.Next(5) == 0)
                {
                    made.Clear();
                    continue;
                }

                await transaction.CommitAsync(CancellationToken.None);
                made.ForEach(_committed.Add);
            }
            catch (NpgsqlException)
            {
                // The server may have committed what it could not answer any more.
                made.ForEach(_uncertain.Add);
                await Task.Delay(random.Next(50), CancellationToken.None);
            }
        }
    }

    private static async Task FollowAsync(FeedReader reader, CancellationToken written)
    {
        var last = false;
        while (!last)
        {
            var isOver = written.IsCancellationRequested;
            try
            {
                await reader.ReadToEndAsync();
                last = isOver;
            }
            catch (NpgsqlException)
            {
                // It goes on with its cursor.
            }

            await Task.Delay(5, CancellationToken.None);
        }
    }

    private static async Task<Guid> InsertAsync(NpgsqlConnection connection)
    {
        var (email, body) = NewEmail.Due(TimeProvider.System.GetUtcNow().AddHours(1), Guid.CreateVersion7().ToString());
        await EmailInserts.InsertAsync(connection, [email], [body], CancellationToken.None);
        return email.Id;
    }

    private static async Task<T> AskAsync<T>(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return reader.GetFieldValue<T>(0);
    }

    private static async Task SignalAsync(int pid, string signal)
    {
        using var kill = System.Diagnostics.Process.Start("kill", [$"-{signal}", pid.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}

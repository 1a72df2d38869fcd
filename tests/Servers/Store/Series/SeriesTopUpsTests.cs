using Mail.Store;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.Servers.Store.Series;

/// <summary>Series in the database: any number of schedulers make each occurrence once, and what went does not come back.</summary>
public sealed class SeriesTopUpsTests(TestServers servers) : IAsyncLifetime
{
    private static readonly DateTimeOffset _now = new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);

    private StoreHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await StoreHost.StartAsync(servers);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Eight_schedulers_at_once_make_each_occurrence_once()
    {
        for (var index = 0; index < 40; index++)
            await PutAsync($"series-{index}");
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => TopUpAllAsync(_now)));
        Assert.Equal(40 * 31, made.Sum());
        Assert.Equal(40L * 31, await _host.AskAsync<long>("select count(*) from mail.mt_doc_scheduled_email"));
        Assert.Equal(0, await TopUpAllAsync(_now));
        Assert.Equal(40, await TopUpAllAsync(_now.AddDays(1)));
    }

    [Fact]
    public async Task What_another_has_made_already_is_not_made_again()
    {
        await PutAsync("series");
        Assert.Equal(31, await TopUpAllAsync(_now));
        // As after a restore of the table of series alone.
        await ExecuteAsync("update mail.series set made_until = '2026-12-01T12:00:00', top_up_at = now() - interval '1 year'");
        Assert.Equal(0, await TopUpAllAsync(_now));
        Assert.Equal(31L, await _host.AskAsync<long>("select count(*) from mail.mt_doc_scheduled_email"));
    }

    [Fact]
    public async Task A_process_that_dies_before_its_commit_has_made_nothing()
    {
        await PutAsync("series");
        await using (var connection = await _host.DataSource.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            Assert.Equal(31, (await RunOnceAsync(connection, _now)).Made);
        }

        Assert.Equal(0L, await _host.AskAsync<long>("select count(*) from mail.mt_doc_scheduled_email"));
        Assert.Equal(0L, await _host.AskAsync<long>("select count(*) from scheduler.timers"));
        Assert.Equal(31, await TopUpAllAsync(_now));
    }

    [Fact]
    public async Task Of_a_long_standstill_one_is_made_that_is_due()
    {
        await PutAsync("series");
        await TopUpAllAsync(_now);
        await TopUpAllAsync(_now.AddDays(70));
        Assert.Equal(
            1L,
            await _host.AskAsync<long>(
                "select count(*) from mail.mt_doc_scheduled_email where scheduled_datetime > '2027-01-02' and scheduled_datetime < "
                + "'2027-02-09T12:00:00Z'"));
    }

    [Fact]
    public async Task A_week_of_standstill_sends_one()
    {
        await PutAsync("series");
        await TopUpAllAsync(_now);
        await using var connection = await _host.DataSource.OpenConnectionAsync();
        var place = await Installations.FindAsync(connection, "", CancellationToken.None);
        await Installations.RecordAsync(connection, place, counter: 1, waiting: 0, CancellationToken.None);
        await Installations.TrustAsync(connection, place, counter: 1, CancellationToken.None);
        var all = await _host.AskAsync<Guid[]>("select array_agg(id) from mail.mt_doc_scheduled_email");
        var claimed = await EmailClaims.ClaimAsync(
            connection, new(Guid.CreateVersion7(), Guid.CreateVersion7(), "sender-1", Installation: ""), all, _now.AddDays(7),
            CancellationToken.None);
        Assert.Equal("2026-12-08T09:00:00", Assert.Single(claimed!.Emails).Email.Occurrence);
        Assert.Equal(6, (await EmailSweep.ExpireAsync(connection, _now.AddDays(7), "scheduler-1", CancellationToken.None)).Count);
    }

    [Fact]
    public async Task One_that_was_cancelled_by_hand_keeps_its_place_and_one_that_a_save_removed_does_not()
    {
        await PutAsync("series");
        await TopUpAllAsync(_now);
        await ExecuteAsync("""
            update mail.mt_doc_scheduled_email set status = 'cancelled', data = data || '{"status":"cancelled","reason":"cancelled"}'
            where data->>'occurrence' = '2026-12-05T09:00:00';
            update mail.mt_doc_scheduled_email set status = 'cancelled', data = data || '{"status":"cancelled","reason":"removed"}'
            where data->>'occurrence' = '2026-12-06T09:00:00';
            update mail.series set made_until = '2026-12-01T12:00:00', top_up_at = now() - interval '1 year'
            """);
        Assert.Equal(1, await TopUpAllAsync(_now));
        Assert.Equal(
            0L,
            await _host.AskAsync<long>(
                "select count(*) from mail.mt_doc_scheduled_email where status = 'pending' "
                + "and data->>'occurrence' = '2026-12-05T09:00:00'"));
    }

    [Fact]
    public async Task Retention_keeps_what_an_active_series_says()
    {
        var body = await PutAsync("series");
        await TopUpAllAsync(_now);
        await ExecuteAsync("""
            update mail.mt_doc_scheduled_email set status = 'sent', data = data || '{"status":"sent"}'
            """);
        await using var connection = await _host.DataSource.OpenConnectionAsync();
        await Retention.PrepareAsync(connection, CancellationToken.None);
        await _host.RunAsync(
            other => Retention.RunOnceAsync(other, TimeSpan.FromDays(1), _now.AddYears(2), "test", CancellationToken.None));
        Assert.Equal(1L, await _host.AskAsync<long>($"select count(*) from mail.mt_doc_email_body where id = '{body}'"));
        Assert.Equal(31L, await _host.AskAsync<long>("select count(*) from mail.mt_doc_scheduled_email where data->>'body_id' = 'erased'"));
        // And no occurrence comes back: the one that is made is the next.
        await ExecuteAsync("update mail.series set made_until = '2026-12-01T12:00:00', top_up_at = now() - interval '1 year'");
        Assert.Equal(1, await TopUpAllAsync(_now));
        Assert.Equal(
            "2027-01-02T09:00:00",
            await _host.AskAsync<string>("select data->>'occurrence' from mail.mt_doc_scheduled_email where status = 'pending'"));
    }

    [Fact]
    public async Task A_config_that_is_saved_without_series_has_none()
    {
        await PutAsync("series");
        await using (var session = _host.Documents.LightweightSession())
        {
            session.Store(new EmailConfig { Id = "acme", Revision = 1, SavedAt = _now, Series = [ConfigItem.Left("series", Guid.Empty)] });
            await session.SaveChangesAsync();
            session.Store(new EmailConfig { Id = "acme", Revision = 2, SavedAt = _now, Series = [ConfigItem.Left("series", Guid.Empty)] });
            await session.SaveChangesAsync();
            Assert.Equal(1L, await _host.AskAsync<long>("select count(*) from mail.series"));
            // As the version before does.
            session.Store(new EmailConfig { Id = "acme", Revision = 3, SavedAt = _now });
            await session.SaveChangesAsync();
        }

        Assert.Equal(0L, await _host.AskAsync<long>("select count(*) from mail.series"));
    }

    private async Task<string> PutAsync(string key)
    {
        var (email, body) = NewEmail.Due(_now, "text");
        var series = new StoredSeries(
            email with { Id = Guid.Empty, Key = key, Source = EmailSource.Config },
            new("FREQ=DAILY", "2026-12-01T09:00:00", "Europe/Berlin", IfSkipped.After, IfRepeated.First), SendWithinSeconds: null);
        await _host.RunAsync(async connection =>
        {
            await EmailInserts.InsertAsync(connection, [], [body], CancellationToken.None);
            await SeriesTable.PutAsync(
                connection, "acme", [(series, new([], new(2026, 12, 1, 12, 0, 0), _now))], CancellationToken.None);
            return true;
        });
        return body.Id;
    }

    private async Task<int> TopUpAllAsync(DateTimeOffset now)
    {
        var made = 0;
        SeriesTopUps.Done done;
        do
        {
            done = await _host.RunAsync(connection => RunOnceAsync(connection, now));
            made += done.Made;
        }
        while (done.IsFull);
        return made;
    }

    private Task<SeriesTopUps.Done> RunOnceAsync(NpgsqlConnection connection, DateTimeOffset now) =>
        new SeriesTopUps(_host.Outbox, TimeZones.BuiltIn, new(TimeZones.BuiltIn)).RunOnceAsync(
            connection, now, "scheduler-1", CancellationToken.None);

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _host.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

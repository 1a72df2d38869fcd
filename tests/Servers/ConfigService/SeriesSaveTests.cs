using System.Text.Json;
using Mail.ConfigService.EmailConfigs;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Requests;
using Mail.ConfigService.Series;
using Mail.Store;
using Mail.Tests.Fixtures;
using Mail.Tests.Servers.Store;

namespace Mail.Tests.Servers.ConfigService;

/// <summary>Edits of series in the database.</summary>
public sealed class SeriesSaveTests(TestServers servers) : IAsyncLifetime
{
    private static readonly DateTimeOffset _now = new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, ConfigItem> _current = new(StringComparer.Ordinal);
    private StoreHost _host = null!;
    private string _text = "";
    private long _revision;

    public async ValueTask InitializeAsync() => _host = await StoreHost.StartAsync(servers);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task What_another_zone_keeps_keeps_to_its_clocks_and_is_found_by_the_next_edit()
    {
        await SaveAsync("Europe/Berlin", "FREQ=DAILY;BYHOUR=9");
        var before = await _host.AskAsync<Guid[]>("select array_agg(id order by id) from mail.mt_doc_scheduled_email");
        await SaveAsync("Europe/London", "FREQ=DAILY;BYHOUR=8");
        Assert.Equal(
            before,
            await _host.AskAsync<Guid[]>("""
                select array_agg(id order by id) from mail.mt_doc_scheduled_email where status = 'pending'
                    and data->'local'->>'time_zone' = 'Europe/London' and data->'local'->>'scheduled_local' like '%T08:00:00'
                    and data->'timeline'->-1->>'event' = 'time_zone'
                """));
        await SaveAsync("Europe/London", "FREQ=DAILY;BYHOUR=8", text: "other");
        Assert.Equal(31L, await CountAsync("status = 'pending'"));
        Assert.Equal(31L, await CountAsync("data->>'reason' = 'superseded'"));
    }

    [Fact]
    public async Task A_name_that_another_occurrence_needs_is_free_for_it()
    {
        await SaveAsync("Europe/Berlin", "FREQ=DAILY;BYHOUR=9,10");
        await ExecuteAsync("""
            update mail.mt_doc_scheduled_email set status = 'cancelled', data = data || '{"status":"cancelled","reason":"cancelled"}'
            where data->>'occurrence' = '2026-12-05T09:00:00'
            """);
        await SaveAsync("Europe/London", "FREQ=DAILY;BYHOUR=8,9,10");
        await SaveAsync("Europe/London", "FREQ=DAILY;BYHOUR=8,9,10", text: "other");
        Assert.Equal(3L, await CountAsync("status = 'pending' and scheduled_datetime::date = '2026-12-04'"));
        Assert.Equal(1L, await CountAsync("status = 'pending' and scheduled_datetime::date = '2026-12-05'"));
    }

    [Fact]
    public async Task One_that_is_being_sent_and_skipped_is_not_tried_again()
    {
        await SaveAsync("Europe/Berlin", "FREQ=DAILY;BYHOUR=9");
        await ExecuteAsync("""
            update mail.mt_doc_scheduled_email set status = 'sending', data = data || '{"status":"sending"}'
            where data->>'occurrence' in ('2026-12-02T09:00:00', '2026-12-03T09:00:00')
            """);
        var save = await SaveAsync("Europe/Berlin", "FREQ=DAILY;BYHOUR=9", skip: "\"2026-12-02T09:00:00\"");
        Assert.Equal("2026-12-02T09:00:00", Assert.Single(save.TooLate).Occurrence);
        Assert.Equal(
            "2026-12-02T09:00:00",
            await _host.AskAsync<string>(
                "select string_agg(data->>'occurrence', ' ') from mail.mt_doc_scheduled_email where data ? 'cancel_on_retry'"));
    }

    [Fact]
    public async Task Of_each_series_only_what_may_matter_is_read()
    {
        await SaveAsync("Europe/Berlin", "FREQ=DAILY;BYHOUR=9");
        await using var connection = await _host.DataSource.OpenConnectionAsync();
        Assert.Equal(
            2,
            (await SeriesOccurrences.ExistingAsync(
                connection, "acme", [("another", "2020-01-01T00:00:00"), ("series", "2026-12-31T00:00:00")], @lock: false,
                CancellationToken.None)).Count);
    }

    private async Task<SeriesSave> SaveAsync(string zone, string rule, string text = "text", string skip = "")
    {
        var errors = new Errors();
        using var json = JsonDocument.Parse($$"""
            {"key":"series","to":["ada@example.com"],"subject":"Hello","text":"{{text}}",
             "recurrence":{"rrule":"{{rule}}","start_local":"2026-12-01T09:00:00","time_zone":"{{zone}}","skip":[{{skip}}]} }
            """);
        var item = EmailInput.ReadItem(json.RootElement.Clone(), "/emails/0", errors, TimeZones.BuiltIn);
        errors.Throw();
        var wanted = Assert.Single(WantedItem.Name([item]));
        var series = new WantedSeries("series", () => wanted.Content, item, item.Recurrence!.Valid!, text == _text);
        var saved = await _host.RunAsync(async connection =>
        {
            var save = new SeriesSave(connection, "acme", TimeZones.BuiltIn, _now, "config-1");
            await save.DecideAsync(_current, [series], [], @lock: true, CancellationToken.None);
            await save.SaveAsync(_host.Outbox, ++_revision, CancellationToken.None);
            return save;
        });
        _current["series"] = wanted.Stored(Guid.Empty);
        _text = text;
        return saved;
    }

    private Task<long> CountAsync(string where) =>
        _host.AskAsync<long>($"select count(*) from mail.mt_doc_scheduled_email where {where}");

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _host.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

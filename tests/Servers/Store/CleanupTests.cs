using System.Diagnostics;
using Mail.Store;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.Servers.Store;

/// <summary>Requests that carried an Idempotency-Key are remembered for as long as they may be repeated, and then forgotten.</summary>
public sealed class CleanupTests(TestServers servers) : IAsyncLifetime
{
    private static readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

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

    [Theory]
    [InlineData(EmailStatus.Pending, false)]
    [InlineData(EmailStatus.Sending, false)]
    [InlineData(EmailStatus.Sent, true)]
    [InlineData(EmailStatus.Cancelled, true)]
    public async Task A_request_is_forgotten_a_day_after_its_emails_are_final(string status, bool forgotten)
    {
        await RememberAsync("a", await InsertAsync(EmailStatus.Sent, _now), await InsertAsync(status, _now));
        Assert.Equal(0, (await ForgetAsync(_now.AddHours(23))).Forgotten);
        Assert.Equal(forgotten ? 1 : 0, (await ForgetAsync(_now.AddHours(25))).Forgotten);
        Assert.Equal(forgotten ? 0L : 1L, await CountAsync());
    }

    [Fact]
    public async Task A_request_whose_emails_were_erased_or_that_had_none_is_forgotten_after_a_day()
    {
        await RememberAsync("none");
        await RememberAsync("erased", Guid.CreateVersion7());
        Assert.Equal((2, false), await ForgetAsync(_now.AddHours(25)));
    }

    [Fact]
    public async Task One_that_became_final_late_is_remembered_for_a_day_from_then_on()
    {
        var id = await InsertAsync(EmailStatus.Pending, _now);
        await RememberAsync("a", id);
        Assert.Equal(0, (await ForgetAsync(_now.AddHours(30))).Forgotten);
        await FinishAsync(id, _now.AddHours(40));
        Assert.Equal(0, (await ForgetAsync(_now.AddHours(40 + 23))).Forgotten);
        Assert.Equal(1, (await ForgetAsync(_now.AddDays(8))).Forgotten);
    }

    [Fact]
    public async Task What_is_still_needed_is_not_looked_at_with_every_pass()
    {
        for (var count = 0; count < 20; count++)
            await RememberAsync($"pending {count}", await InsertAsync(EmailStatus.Pending, _now.AddDays(300)));
        await RememberAsync("old", await InsertAsync(EmailStatus.Sent, _now));
        Assert.Equal(1, (await ForgetAsync(_now.AddDays(2))).Forgotten);
        Assert.Equal(20L, await CountAsync());
        Assert.Equal(0L, await _host.AskAsync<long>(
            "select count(*) from mail.mt_doc_idempotent_request where mt_last_modified < now() + interval '1 day'"));
    }

    [Fact]
    public async Task Forgetting_keeps_up_with_a_thousand_requests_a_second_beside_many_emails()
    {
        await InsertAsync(EmailStatus.Sent, _now);
        await ExecuteAsync("""
            insert into mail.mt_doc_scheduled_email (id, data, client_id, status, scheduled_datetime, due_at, send_before)
            select id, data || jsonb_build_object('id', id), client_id, status, due_at, due_at, send_before
            from (select gen_random_uuid() id from generate_series(1, 60000)) made, (select data, client_id, status, due_at, send_before
                from mail.mt_doc_scheduled_email) one
            """);
        await ExecuteAsync("""
            insert into mail.mt_doc_idempotent_request (id, data, mt_last_modified)
            select 'acme/' || id, jsonb_build_object('email_ids', jsonb_build_array(id)), now() - interval '2 days'
                from mail.mt_doc_scheduled_email limit 20000
            """);
        var (forgotten, passes) = (0, new List<TimeSpan>());
        for (var more = true; more;)
        {
            var started = Stopwatch.GetTimestamp();
            var (count, left) = await ForgetAsync(_now.AddDays(2));
            passes.Add(Stopwatch.GetElapsedTime(started));
            (forgotten, more) = (forgotten + count, left);
        }

        Assert.Equal(20_000, forgotten);
        Assert.InRange(passes.Count, 20, 22);
        // A thousand in a pass: a tenth of it on an idle machine.
        Assert.InRange(passes.Order().ElementAt(passes.Count / 2), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    private async Task<(int Forgotten, bool More)> ForgetAsync(DateTimeOffset now)
    {
        await using var transaction = await _connection.BeginTransactionAsync();
        var answer = await Cleanup.RunOnceAsync(_connection, now, CancellationToken.None);
        await transaction.CommitAsync();
        return answer;
    }

    private async Task RememberAsync(string key, params Guid[] emails)
    {
        await using var session = _host.Documents.LightweightSession();
        session.Insert(
            new IdempotentRequest { Id = $"acme/{key}", Fingerprint = "", Body = "{}", EmailIds = [.. emails], CreatedAt = _now });
        await session.SaveChangesAsync();
    }

    private async Task<Guid> InsertAsync(string status, DateTimeOffset due)
    {
        var (email, body) = NewEmail.Due(due, "text");
        await EmailInserts.InsertAsync(_connection, [email with { Status = status }], [body], CancellationToken.None);
        return email.Id;
    }

    private async Task FinishAsync(Guid id, DateTimeOffset at)
    {
        await using var command = new NpgsqlCommand("""
            update mail.mt_doc_scheduled_email
                set status = 'sent', data = data || jsonb_build_object('status', 'sent', 'timeline',
                    data->'timeline' || jsonb_build_object('event', 'sent', 'by', 'test', 'at', @at)) where id = @id
            """, _connection) { Parameters = { new("id", id), new("at", at.UtcDateTime) } };
        await command.ExecuteNonQueryAsync();
    }

    private Task<long> CountAsync() => _host.AskAsync<long>("select count(*) from mail.mt_doc_idempotent_request");

    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        await command.ExecuteNonQueryAsync();
    }
}

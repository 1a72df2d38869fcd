using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.EndToEnd.Events;

/// <summary>Senders that are killed while they deliver to a webhook.</summary>
public sealed class WebhookKilledTests(TestServers servers) : IAsyncLifetime
{
    private MailSystem _system = null!;
    private Api _api = null!;

    public async ValueTask InitializeAsync()
    {
        _system = await MailSystem.StartAsync(servers, ofEach: 2, environmentOf: WebhookKeys.Of);
        _api = _system.Api;
    }

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        await _system.DisposeAsync();
    }

    [Fact]
    [Long]
    public async Task A_killed_sender_delivers_what_it_had_in_hand_again_under_the_same_id()
    {
        using var answered = new ManualResetEventSlim();
        await using var receiver = await WithOneInHandAsync(answered);
        _system.Senders[0].Kill();
        answered.Set();
        await _system.Senders[0].DisposeAsync();
        await _system.Senders[0].StartAsync();
        var received = await receiver.UntilAsync(all => all.Count == 2, Deadline.Sweep);
        Assert.Equal((received[0].Id, received[0].Body), (received[1].Id, received[1].Body));
    }

    [Fact]
    public async Task A_sender_that_is_killed_between_an_answer_and_its_commit_leaves_the_event_to_be_told_again()
    {
        using var answered = new ManualResetEventSlim();
        await using var receiver = await WithOneInHandAsync(answered);

        await using var dataSource = NpgsqlDataSource.Create(_system.Postgres);
        await using var connection = await dataSource.OpenConnectionAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            // The answer can come, and what it came to can't be stored.
            await ExecuteAsync("select from mail.webhook for update");
            answered.Set();
            await using var another = dataSource.CreateCommand("""
                select exists (select from pg_stat_activity
                    where datname = current_database() and wait_event_type = 'Lock' and query like '%update mail.webhook w%')
                """);
            await Deadline.UntilAsync(async () => (bool)(await another.ExecuteScalarAsync())!, waits => waits);
            _system.Senders[0].Kill();
            await _system.Senders[0].DisposeAsync();
            await transaction.RollbackAsync();
        }

        // A minute later.
        await ExecuteAsync("update mail.webhook set leased_until = now()");
        await _system.Senders[0].StartAsync();
        var received = await receiver.UntilAsync(all => all.Count == 2);
        Assert.Equal((received[0].Id, received[0].Body), (received[1].Id, received[1].Body));
        await Deadline.UntilAsync(
            () => _api.GetAsync("client/acme/webhooks"), answer => answer.Json["items"]![0]!["last_success_at"] is not null);
        Assert.Equal(2, receiver.All.Count);

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    // The only sender has an event at the endpoint, which answers once it may.
    private async Task<WebhookReceiver> WithOneInHandAsync(ManualResetEventSlim answered)
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var receiver = await WebhookReceiver.StartAsync(_ =>
        {
            arrived.TrySetResult();
            answered.Wait(Deadline.Soon);
            return 200;
        });
        await _system.Senders[1].StopAsync();
        (await _api.PostAsync("client/acme/webhooks", new JsonObject { ["url"] = receiver.Address.ToString() }))
            .Expect(HttpStatusCode.Created);
        (await _api.PostAsync("client/acme/scheduled-emails", Api.Item(null, Api.In(TimeSpan.FromHours(1)))))
            .Expect(HttpStatusCode.Created);
        await arrived.Task.WaitAsync(Deadline.Soon);
        return receiver;
    }
}

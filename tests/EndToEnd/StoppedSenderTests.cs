using System.Net;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.EndToEnd;

/// <summary>
/// SIGTERM in mid-conversation: what a server has in hand is finished, the rest is handed back, nothing stays <c>sending</c>.
/// </summary>
[Collection(SenderlessSystemTests.Name)]
public sealed class StoppedSenderTests(SenderlessSystem system) : IAsyncDisposable
{
    private const int Emails = 20;

    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    public ValueTask DisposeAsync() => system.EraseAsync(_client);

    [Fact]
    public async Task A_sender_told_to_stop_waits_for_the_reply_to_its_final_dot_and_others_send_the_rest_meanwhile()
    {
        var go = new TaskCompletionSource();
        await using var server = ScriptedSmtp.Accepting().But(Step.Kept, Reaction.Hold(go.Task)).Times(1);
        await using var first = await system.StartSenderAsync(server, ("SMTP_MAX_CONNECTIONS", "1"));
        await SaveAsync();
        await server.WaitForAsync(Step.Kept);

        var stopping = first.Process.StopAsync();
        await using var second = await system.StartSenderAsync(server);
        await server.WaitForAsync(Emails);

        Assert.False(stopping.IsCompleted);
        go.SetResult();
        await stopping;
        Assert.All(
            await _api.SettledAsync(_client), email => Assert.Equal(("sent", 1), ((string)email["status"]!, (int)email["attempts"]!)));
        Assert.Equal(Emails, server.Received.Select(received => received.MessageId).Distinct().Count());
        Assert.Equal(Emails, server.Received.Count);
    }

    [Fact]
    public async Task A_sender_told_to_stop_leaves_a_server_that_stalls_after_one_time_out_and_its_email_is_pending()
    {
        await using var server = ScriptedSmtp.Accepting().But(Step.Rcpt, Reaction.Stall);
        await using (var sender = await system.StartSenderAsync(
            server, ("SMTP_MAX_CONNECTIONS", "1"), ("SMTP_TIMEOUT", "5"), ("RETRY_DELAY_SECONDS", "3600")))
        {
            await SaveAsync();
            await server.WaitForAsync(Step.Rcpt);
            await sender.Process.StopAsync();
        }

        var emails = await _api.ListAsync($"client/{_client}/scheduled-emails");
        Assert.All(emails, email => Assert.Equal("pending", (string)email["status"]!));
        // The one that was in hand when SIGTERM came, and perhaps another whose claim was under way.
        Assert.InRange(emails.Sum(email => (int)email["attempts"]!), 1, 2);
        Assert.Empty(server.Received);
        (await _api.DeleteAsync($"client/{_client}/email-config")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    [Long]
    public async Task A_sender_told_to_stop_while_its_database_is_gone_ends_all_the_same_says_what_it_knows_and_leaves_the_email_in_doubt()
    {
        var (proxy, postgres) = TcpProxy.BeforePostgres(system.Mail.Postgres);
        await using var _ = proxy;
        var go = new TaskCompletionSource();
        await using var server = ScriptedSmtp.Accepting().But(Step.Kept, Reaction.Hold(go.Task)).Times(1);
        await using var sender = await system.StartSenderAsync(server, ("ConnectionStrings__Postgres", postgres));
        var id = (string)(await _api.PostAsync($"client/{_client}/scheduled-emails", Api.Item(null, Api.In(TimeSpan.Zero))))
            .Expect(HttpStatusCode.Created).Json["id"]!;
        await server.WaitForAsync(Step.Kept);

        proxy.Cut();
        go.SetResult();
        await sender.Process.StopAsync();

        Assert.Contains($"Email sent: 250 2.0.0 Ok: queued. ({id}", sender.Process.Log, StringComparison.Ordinal);
        Assert.Contains("The last outcomes could not be written: the database stayed away.", sender.Process.Log, StringComparison.Ordinal);
        await _api.EmailAsync(id, "unknown", Deadline.Sweep);
        Assert.Single(server.Received);
    }

    private async Task SaveAsync() =>
        (await _api.PutAsync(
            $"client/{_client}/email-config",
            Api.Config(Enumerable.Range(0, Emails).Select(number => Api.Item($"{number}", Api.In(TimeSpan.Zero))))))
            .Expect(HttpStatusCode.OK);
}

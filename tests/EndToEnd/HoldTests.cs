using System.Net;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.EndToEnd;

/// <summary>Nothing is handed over once a hold is acknowledged, also what was claimed just before it.</summary>
[Collection(SenderlessSystemTests.Name)]
public sealed class HoldTests(SenderlessSystem system) : IAsyncDisposable
{
    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    public ValueTask DisposeAsync() => system.EraseAsync(_client);

    [Fact]
    public async Task A_hold_is_acknowledged_only_when_what_was_under_way_is_done_and_nothing_follows()
    {
        var go = new TaskCompletionSource();
        await using var server = ScriptedSmtp.Accepting().But(Step.Kept, Reaction.Hold(go.Task)).Times(1);
        await using var sender = await system.StartSenderAsync(server, ("SMTP_MAX_CONNECTIONS", "1"));
        await CreateAsync();
        await server.WaitForAsync(Step.Kept);
        await CreateAsync();

        var holding = _api.PostAsync($"client/{_client}/hold");
        await Deadline.UntilAsync(
            async () => (await _api.GetAsync("holds")).Json["items"]!.AsArray(),
            holds => holds.Any(hold => (string?)hold!["client_id"] == _client));
        Assert.False(holding.IsCompleted);
        go.SetResult();
        (await holding).Expect(HttpStatusCode.OK);

        Assert.Equal(
            ["pending", "sent"],
            (await _api.ListAsync($"client/{_client}/scheduled-emails"))
                .Select(email => (string)email["status"]!).Order(StringComparer.Ordinal));
        (await _api.PostAsync("scheduled-emails/process")).Expect(HttpStatusCode.OK);
        Assert.Single(server.Received);
        (await _api.PostAsync($"client/{_client}/release")).Expect(HttpStatusCode.OK);
        await server.WaitForAsync(2);
    }

    private async Task CreateAsync() =>
        (await _api.PostAsync($"client/{_client}/scheduled-emails", Api.Item(null, Api.In(TimeSpan.Zero)))).Expect(HttpStatusCode.Created);
}

using System.Net;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.EndToEnd;

/// <summary>One system without a sender, for the classes whose tests each start one of their own and stop it.</summary>
public sealed class SenderlessSystem(TestServers servers) : IAsyncLifetime
{
    private int _senders = 1;

    public MailSystem Mail { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Mail = await MailSystem.StartAsync(servers);
        await Mail.Senders[0].StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Mail is not null)
            await Mail.DisposeAsync();
    }

    /// <summary>Starts a sender, and waits until it is ready, or only until it lives.</summary>
    public async Task<Running> StartSenderAsync(bool ready = true, params (string Name, string? Value)[] environment)
    {
        var sender = Mail.Sender(
            $"sender-{Interlocked.Increment(ref _senders)}",
            environment.ToDictionary(variable => variable.Name, variable => variable.Value, StringComparer.Ordinal));
        try
        {
            await sender.StartAsync(ready ? "/health/ready" : "/health/live");
        }
        catch
        {
            await sender.DisposeAsync();
            throw;
        }

        return new(sender);
    }

    /// <summary>Starts a sender to a scripted server.</summary>
    public Task<Running> StartSenderAsync(ScriptedSmtp server, params (string Name, string? Value)[] environment) =>
        StartSenderAsync(
            ready: true, [("SMTP_PORT", server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)), .. environment]);

    /// <summary>
    /// Erases a test's client at its end, when its senders are stopped: what is left pending would go to the next test's server. A sender
    /// that could not say farewell in time is seen for a while longer.
    /// </summary>
    public async ValueTask EraseAsync(string client)
    {
        await Deadline.UntilAsync(
            () => Mail.Api.GetAsync("test-email/config"), answer => answer.Json["senders"]!.AsArray().Count == 0);
        var answer = await Mail.Api.DeleteAsync($"client/{client}");
        if (answer.Status != HttpStatusCode.NotFound)
            answer.Expect(HttpStatusCode.OK);
    }

    /// <summary>A sender that is stopped, not killed, at the end: the next test's status must not show it.</summary>
    public sealed record Running(ServiceProcess Process) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Process.StopAsync();
            await Process.DisposeAsync();
        }
    }
}

[CollectionDefinition(Name)]
public sealed class SenderlessSystemTests : ICollectionFixture<SenderlessSystem>
{
    public const string Name = "System without a sender";
}

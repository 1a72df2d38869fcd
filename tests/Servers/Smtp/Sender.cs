using Mail.Messages;
using Mail.SenderService.Smtp.Connections;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Settings;
using Mail.SenderService.Smtp.Verdicts;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.Servers.Smtp;

/// <summary>A sender against a <see cref="ScriptedSmtp"/>, and what it may be configured with.</summary>
internal sealed class Sender : IAsyncDisposable
{
    public Sender(SmtpOptions options, TimeProvider? time = null)
    {
        Options = options;
        Connections = new SmtpConnections(options, time ?? TimeProvider.System, TestCertificate.Trust);
    }

    public SmtpOptions Options { get; }

    public SmtpConnections Connections { get; }

    public static Sender To(
        ScriptedSmtp server, bool login = false, int timeoutSeconds = 30, int connections = 1, TimeProvider? time = null) =>
        new(Plain(server, login, timeoutSeconds, connections), time);

    public static Sender Encrypted(ScriptedSmtp server, string security, int timeoutSeconds = 30) => new(new SmtpOptions
    {
        Host = ScriptedSmtp.Host,
        Port = server.Port,
        User = "user@example.com",
        Password = "secret",
        FromEmail = "noreply@example.com",
        TimeoutSeconds = timeoutSeconds,
        FinalReplyTimeout = TimeSpan.FromSeconds(timeoutSeconds),
        Security = security
    });

    public static SmtpOptions Plain(
        ScriptedSmtp server, bool login = false, int timeoutSeconds = 30, int connections = 1, string? helloName = null,
        TimeSpan? finalReplyTimeout = null) => new()
    {
        Host = ScriptedSmtp.Host,
        Port = server.Port,
        User = "user@example.com",
        Password = "secret",
        Auth = login ? "default" : "none",
        FromEmail = "noreply@example.com",
        FromName = "Your App",
        TimeoutSeconds = timeoutSeconds,
        FinalReplyTimeout = finalReplyTimeout ?? TimeSpan.FromSeconds(timeoutSeconds),
        EhloName = helloName,
        UseTls = false,
        AllowPlaintext = true,
        MaxConnections = connections
    };

    public static OutgoingEmail Email(string text = "Hello Ada", params string[] to) =>
        new(new() { To = to.Length == 0 ? ["ada@example.org"] : [.. to], Subject = "Welcome", Text = text }) { Id = Guid.CreateVersion7() };

    public Task<DeliveryAttempt> HandOverAsync(OutgoingEmail email, Func<bool>? mayFinish = null) =>
        HandOverUntilAsync(email, mayFinish, CancellationToken.None);

    public async Task<DeliveryAttempt> HandOverUntilAsync(OutgoingEmail email, Func<bool>? mayFinish, CancellationToken untilData)
    {
        var connection = await Connections.RentAsync(CancellationToken.None);
        try
        {
            return await connection.HandOverAsync(email, TimeProvider.System.GetUtcNow(), mayFinish, untilData);
        }
        finally
        {
            Connections.Return(connection);
        }
    }

    public async Task<Outcome> SendAsync(OutgoingEmail email) => Outcome.Classify(await HandOverAsync(email), Options);

    public ValueTask DisposeAsync() => Connections.DisposeAsync();
}

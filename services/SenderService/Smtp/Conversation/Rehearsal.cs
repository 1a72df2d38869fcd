using System.Net;
using System.Net.Sockets;
using System.Text;
using Mail.Messages;
using Mail.SenderService.Smtp.Connections;
using Mail.SenderService.Smtp.Settings;
using Mail.SenderService.Smtp.Verdicts;

namespace Mail.SenderService.Smtp.Conversation;

/// <summary>
/// Hands a few e-mails over to a listener of its own on the loopback address, which keeps nothing: what the runtime
/// compiles at first use is then compiled, and the first real e-mail is as punctual as the hundredth.
/// </summary>
internal static class Rehearsal
{
    /// <summary>As many as .NET wants to see before it compiles well.</summary>
    internal const int Emails = 30;

    internal static async Task RunAsync(OutgoingEmail email, TimeProvider time, CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var options = new SmtpOptions
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)listener.LocalEndpoint).Port,
            UseTls = false,
            AllowPlaintext = true,
            Auth = "none",
            FromEmail = "rehearsal@localhost",
            TimeoutSeconds = 5,
            MaxConnections = 1,
        };
        var answering = AnswerAsync(listener, cancellationToken);
        await using (var connections = new SmtpConnections(options, time))
        {
            var connection = await connections.RentAsync(cancellationToken);
            for (var count = 0; count < Emails; count++)
                Outcome.Classify(await connection.HandOverAsync(email, time.GetUtcNow(), () => true, cancellationToken), options);
            connections.Return(connection);
        }

        await answering;
    }

    private static async Task AnswerAsync(TcpListener listener, CancellationToken cancellationToken)
    {
        using var client = await listener.AcceptTcpClientAsync(cancellationToken);
        client.NoDelay = true;
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        await using var writer = new StreamWriter(client.GetStream(), Encoding.Latin1) { AutoFlush = true, NewLine = "\r\n" };
        await writer.WriteLineAsync("220 rehearsal");
        var inData = false;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (inData && line != ".")
                continue;
            var reply = inData ? "250 2.0.0 Ok" : Reply(line);
            inData = reply.StartsWith("354", StringComparison.Ordinal);
            await writer.WriteLineAsync(reply);
            if (reply.StartsWith("221", StringComparison.Ordinal))
                return;
        }
    }

    private static string Reply(string line) => line.Split(' ')[0].ToUpperInvariant() switch
    {
        "EHLO" => "250-rehearsal\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE",
        "DATA" => "354 go on",
        "QUIT" => "221 2.0.0 Bye",
        _ => "250 2.0.0 Ok",
    };
}

using System.Diagnostics;
using System.Globalization;
using Mail.SenderService.Smtp;
using Mail.Tests.Fixtures.Smtp;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Xunit;

namespace Mail.Tests.Servers.Smtp;

/// <summary>
/// What all the care costs: the boundary against MailKit alone, over as many connections, to the same sink, in the same
/// run. Rounds take turns, so that whatever else the machine does is done to both; the median of their ratios is judged.
/// </summary>
public sealed class ThroughputTests(ITestOutputHelper output)
{
    private const int Connections = 8;
    private const int EmailsOfARound = 2000;
    private const int Rounds = 9;
    private const double Bar = 0.7;

    [Fact]
    public async Task The_boundary_is_at_least_seven_tenths_as_fast_as_MailKit_alone()
    {
        await using var sink = ScriptedSmtp.Accepting().KeepingIds();
        await using var sender = Sender.To(sink, connections: Connections);
        var clients = await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            var client = new SmtpClient();
            await client.ConnectAsync(ScriptedSmtp.Host, sink.Port, SecureSocketOptions.None);
            return client;
        }));

        var ratios = new List<double>();
        for (var round = 0; round <= Rounds; round++)
        {
            var bare = await RateAsync(connection => SendBareAsync(clients[connection]));
            var ours = await RateAsync(_ => SendAsync(sender));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"MailKit {bare:F0}/s, the boundary {ours:F0}/s, {ours / bare:P0}{(round == 0 ? " (warm-up)" : "")}"));
            if (round > 0)
                ratios.Add(ours / bare);
        }

        foreach (var client in clients)
            client.Dispose();
        Assert.Equal(2 * (Rounds + 1) * EmailsOfARound, sink.Received.DistinctBy(email => email.MessageId, StringComparer.Ordinal).Count());
        var median = ratios.Order().ElementAt(Rounds / 2);
        Assert.True(median >= Bar, string.Create(CultureInfo.InvariantCulture, $"{median:P0} of MailKit alone"));
    }

    private static async Task<double> RateAsync(Func<int, Task> send)
    {
        var left = EmailsOfARound;
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(connection => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
                await send(connection);
        })));
        return EmailsOfARound / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task SendAsync(Sender sender) => Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email()));

    private static async Task SendBareAsync(SmtpClient client)
    {
        using var message = new MimeMessage { Subject = "Welcome", MessageId = $"{Guid.CreateVersion7()}@example.com", Body = new TextPart("plain") { Text = "Hello Ada" } };
        message.From.Add(new MailboxAddress("Your App", "noreply@example.com"));
        message.To.Add(new MailboxAddress("", "ada@example.org"));
        await client.SendAsync(message);
    }
}

using System.Diagnostics;
using System.Globalization;
using Mail.SenderService.Smtp.Verdicts;
using Mail.Tests.Fixtures.Smtp;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Mail.Tests.Servers.Smtp;

/// <summary>
/// What all the care costs: the boundary against MailKit alone, over as many connections, to the same sink, in the same
/// run. Short rounds take turns, so that whatever else the machine does is done to both, and the median of their ratios
/// is judged; where that is too little the machine may have been busy, and there are two more goes.
/// </summary>
public sealed class ThroughputTests(ITestOutputHelper output)
{
    private const double Bar = 0.7;
    private const int Connections = 8;
    private const int EmailsOfARound = 250;
    private const int Rounds = 25;
    private const int Goes = 3;

    [Fact]
    public async Task The_boundary_is_at_least_seven_tenths_as_fast_as_MailKit_alone()
    {
        await using var sink = ScriptedSmtp.Accepting().KeepingIds();
        await using var sender = Sender.To(sink, connections: Connections);
        var clients = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => ConnectAsync(sink)));

        // Compiles what both run, and does not count.
        await MedianAsync(clients, sender);
        var medians = new List<double>();
        while (medians.Count < Goes && medians.LastOrDefault() < Bar)
            medians.Add(await MedianAsync(clients, sender));

        foreach (var client in clients)
            client.Dispose();
        Assert.Equal(
            2 * (1 + medians.Count) * Rounds * EmailsOfARound,
            sink.Received.DistinctBy(email => email.MessageId, StringComparer.Ordinal).Count());
        Assert.True(
            medians[^1] >= Bar,
            "as parts of what MailKit alone does: "
            + $"{string.Join(", ", medians.Select(median => median.ToString("P0", CultureInfo.InvariantCulture)))}");
    }

    private async Task<double> MedianAsync(SmtpClient[] clients, Sender sender)
    {
        var rounds = new List<(double Bare, double Ours)>();
        for (var round = 0; round < Rounds; round++)
            rounds.Add((await RateAsync(connection => SendBareAsync(clients[connection])), await RateAsync(_ => SendAsync(sender))));
        var median = rounds.Select(round => round.Ours / round.Bare).Order().ElementAt(Rounds / 2);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"MailKit alone {rounds.Average(round => round.Bare):F0}/s, the boundary {rounds.Average(round => round.Ours):F0}/s, median of "
            + $"the ratios {median:P0}"));
        return median;
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
        using var message = new MimeMessage
        {
            Subject = "Welcome",
            MessageId = $"{Guid.CreateVersion7()}@example.com",
            Body = new TextPart("plain") { Text = "Hello Ada" },
        };
        message.From.Add(new MailboxAddress("Your App", "noreply@example.com"));
        message.To.Add(new MailboxAddress("", "ada@example.org"));
        await client.SendAsync(message);
    }

    private static async Task<SmtpClient> ConnectAsync(ScriptedSmtp sink)
    {
        var client = new SmtpClient();
        await client.ConnectAsync(ScriptedSmtp.Host, sink.Port, SecureSocketOptions.None);
        return client;
    }
}

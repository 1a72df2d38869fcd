using System.Collections.Concurrent;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Mail.Bench.Email;

/// <summary>How the peers' jobs send: MailKit, with connections kept for the next job.</summary>
internal static class MailKitPool
{
    private static readonly ConcurrentBag<SmtpClient> _idle = [];

    /// <summary>Where the sink listens. Static, as the jobs that the peers make are: they know nothing but their data.</summary>
    internal static int Port { get; set; }

    internal static async Task SendAsync(Letter letter)
    {
        if (!_idle.TryTake(out var client) || !client.IsConnected)
        {
            client = new SmtpClient();
            await client.ConnectAsync("127.0.0.1", Port, SecureSocketOptions.None);
        }

        using var message = new MimeMessage
        {
            Subject = letter.Subject,
            Body = new BodyBuilder { TextBody = letter.Text, HtmlBody = letter.Html }.ToMessageBody(),
        };
        message.From.Add(MailboxAddress.Parse(Letter.From));
        message.To.Add(MailboxAddress.Parse(letter.To));
        message.Headers.Add(Letter.IdHeader, letter.Id);
        await client.SendAsync(message);
        _idle.Add(client);
    }

    internal static async Task CloseAsync()
    {
        while (_idle.TryTake(out var client))
        {
            await client.DisconnectAsync(quit: true);
            client.Dispose();
        }
    }
}

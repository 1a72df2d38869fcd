using System.Diagnostics;
using System.Security.Cryptography;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Mail.Bench.Email;

/// <summary>
/// A burst of e-mails that carry one file of 1 MiB, beside the same burst without it, and beside bare MailKit sending the same bytes over
/// as many connections, with the file encoded once.
/// </summary>
internal static class AttachmentsScenario
{
    internal const string Name = "attachments";

    private const int FileBytes = 1024 * 1024;

    // SMTP_MAX_CONNECTIONS where it is not set.
    private const int Connections = 16;

    internal static async Task<Figure[]> MeasureAsync(EmailStage stage)
    {
        var (count, system) = (stage.Plan.Burst / 2, (OurSystem)stage.Subject);
        var file = RandomNumberGenerator.GetBytes(FileBytes);
        var id = await system.UploadAsync(file);
        var message = Message(Letter.Of("size"), file);
        var megabytes = (await SizeAsync(message)) * (double)count / 1e6;

        var without = await BurstAsync(stage, count, emails => system.ScheduleAsync(emails));
        var with = await BurstAsync(stage, count, emails => system.ScheduleWithAsync(emails, id));
        var bare = await BareAsync(stage.Sink.Port, count, file);
        return
        [
            Figure("without the file", "e-mails/s", count / without.TotalSeconds),
            Figure("with the file", "e-mails/s", count / with.TotalSeconds),
            Figure("with the file", "MB/s", megabytes / with.TotalSeconds),
            Figure("bare MailKit", "MB/s", megabytes / bare.TotalSeconds),
            Figure("of bare MailKit's", "%", bare / with * 100),
            .. system.Processes.Select(process => new Figure(
                new($"attachments: peak memory of {process.Name}", "MiB", Better.Neither), ProcessTime.Memory(process.Id).Peak, count)),
        ];

        Figure Figure(string what, string unit, double value) => new(new($"attachments: {what}", unit, Better.Higher), value, count);
    }

    private static async Task<TimeSpan> BurstAsync(EmailStage stage, int count, Func<IReadOnlyCollection<PlannedEmail>, Task> schedule)
    {
        var due = stage.After(count);
        var emails = PlannedEmail.Many(count, _ => due);
        await schedule(emails);
        if (stage.Now > due)
            throw new InvalidOperationException($"{count} e-mails took longer to store than they were given.");
        return (await stage.Sink.LatenessAsync(emails, due - stage.Now + TimeSpan.FromMinutes(10))).Max();
    }

    private static async Task<TimeSpan> BareAsync(int port, int count, byte[] file)
    {
        var base64 = Message(Letter.Of("encoded"), file).BodyParts.OfType<MimePart>().Last();
        using var encoded = new MemoryStream();
        await base64.WriteToAsync(encoded, contentOnly: true);
        var content = encoded.ToArray();
        var next = 0;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            using var client = new SmtpClient();
            await client.ConnectAsync("127.0.0.1", port, SecureSocketOptions.None);
            while (Interlocked.Increment(ref next) <= count)
            {
                using var message = Message(
                    Letter.Of(Guid.CreateVersion7().ToString("N")), new MimeContent(new MemoryStream(content), ContentEncoding.Base64));
                await client.SendAsync(message);
            }

            await client.DisconnectAsync(quit: true);
        })));
        return Stopwatch.GetElapsedTime(started);
    }

    private static async Task<long> SizeAsync(MimeMessage message)
    {
        using var bytes = new MemoryStream();
        await message.WriteToAsync(bytes);
        return bytes.Length;
    }

    private static MimeMessage Message(Letter letter, byte[] file) => Message(letter, new MimeContent(new MemoryStream(file)));

    private static MimeMessage Message(Letter letter, MimeContent file)
    {
        var text = new BodyBuilder { TextBody = letter.Text, HtmlBody = letter.Html }.ToMessageBody();
        var attachment = new MimePart("application", "pdf")
        {
            Content = file,
            ContentTransferEncoding = ContentEncoding.Base64,
            ContentDisposition = new(ContentDisposition.Attachment) { FileName = "brochure.pdf" },
        };
        var message = new MimeMessage { Subject = letter.Subject, Body = new Multipart("mixed") { text, attachment } };
        message.From.Add(MailboxAddress.Parse(Letter.From));
        message.To.Add(MailboxAddress.Parse(letter.To));
        message.Headers.Add(Letter.IdHeader, letter.Id);
        return message;
    }
}

using System.Text;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.Fixtures.RealServers;

/// <summary>One of the <see cref="RealMailServers"/>, and what it has kept.</summary>
/// <param name="area">The folder of all that it keeps.</param>
/// <param name="queues">Where an e-mail waits on its way to the maildir, in the order in which it passes.</param>
/// <param name="log">The file that it logs to.</param>
/// <param name="startTlsPort">The port that offers STARTTLS.</param>
/// <param name="tlsPort">The port that speaks TLS from the first byte.</param>
public sealed class RealMailServer(string area, string[] queues, string log, int startTlsPort, int tlsPort)
{

    /// <summary>Where it listens, and what its certificate is for.</summary>
    public static string Host => TestCertificate.OwnAddress.ToString();

    /// <summary>The port that offers STARTTLS.</summary>
    public int StartTlsPort => startTlsPort;

    /// <summary>The port that speaks TLS from the first byte.</summary>
    public int TlsPort => tlsPort;

    /// <summary>What it logged so far.</summary>
    public string Log => File.Exists(log) ? File.ReadAllText(log) : "";

    /// <summary>All that it ever took, one for each recipient: read once its queue is empty, so that nothing is still to come.</summary>
    public async Task<IReadOnlyList<ReceivedEmail>> KeptAsync()
    {
        await Deadline.UntilAsync(() => Task.FromResult(Queued()), queued => queued.Count == 0, Deadline.Sweep);
        var kept = new DirectoryInfo(Path.Combine(area, "kept", "new"));
        return kept.Exists ? [.. kept.EnumerateFiles().Select(Read)] : [];
    }

    /// <summary>What it keeps for one recipient.</summary>
    public async Task<IReadOnlyList<ReceivedEmail>> KeptForAsync(string recipient) =>
        [.. (await KeptAsync()).Where(email => email.To.Contains(recipient))];

    // A queue's folder comes with the first e-mail in it. In that order, so that an e-mail on its way from one to the next is seen in
    // either.
    private List<string> Queued() =>
        [
            .. queues.Select(queue => Path.Combine(area, queue)).Where(Directory.Exists)
                .SelectMany(queue => Directory.EnumerateFiles(queue, "*", SearchOption.AllDirectories)),
        ];

    private static ReceivedEmail Read(FileInfo file)
    {
        // A maildir has its system's line breaks.
        var raw = Encoding.Latin1.GetBytes(
            File.ReadAllText(file.FullName, Encoding.Latin1).Replace("\n", "\r\n", StringComparison.Ordinal));
        return new(
            raw, Header("Return-Path"), [Header("Delivered-To") + Header("Envelope-To")], ReceivedEmail.Find(raw, "Message-ID") ?? "",
            new DateTimeOffset(file.LastWriteTimeUtc));

        string Header(string header) => (ReceivedEmail.Find(raw, header) ?? "").Trim('<', '>');
    }
}

using System.Collections.Concurrent;
using System.Net;

namespace Mail.SenderService.Smtp.Connections;

/// <summary>What this sender's connections have learned of the server, so that each does not have to learn it anew.</summary>
internal sealed class ServerHabits
{
    // One that is refused for other reasons twice after the same few e-mails has no limit.
    private const int MinGuessed = 2;
    private readonly Lock _gate = new();
    private volatile int _maxEmails = int.MaxValue;
    private int _lastEnd;

    /// <summary>How many e-mails the server takes over one connection.</summary>
    public int MaxEmails => _maxEmails;

    /// <summary>Mechanisms that the server offers and does not know when asked for.</summary>
    public ConcurrentDictionary<string, bool> UnknownMechanisms { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Bytes of the largest message that the server takes, as it said at the last EHLO (RFC 1870); null where it did not say.
    /// </summary>
    public long? MaxMessageBytes { get; set; }

    /// <summary>The address that answered last.</summary>
    public IPAddress? Answered { get; set; }

    /// <summary>A connection came to its end after so many e-mails.</summary>
    /// <param name="emails">How many it had taken.</param>
    /// <param name="said">Whether the server said that this was why. Otherwise the number has to come up twice in a row.</param>
    public void EndedAfter(int emails, bool said)
    {
        lock (_gate)
        {
            if (said || (emails >= MinGuessed && emails == _lastEnd))
                _maxEmails = Math.Min(_maxEmails, Math.Max(1, emails));
            _lastEnd = emails;
        }
    }
}

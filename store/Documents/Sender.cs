using System.ComponentModel.DataAnnotations;

namespace Mail.Store;

/// <summary>
/// A sender process and what it says of itself, renewed every few seconds. How fresh it is, is judged by
/// <c>mt_last_modified</c>: the database's clock, not the sender's.
/// </summary>
public sealed record Sender
{
    /// <summary>New at each process start: claims of an earlier process are not this one's.</summary>
    public required Guid Id { get; init; }

    /// <summary>The instance's name, for example <c>sender-1</c>.</summary>
    public required string Instance { get; init; }

    public required bool Configured { get; init; }

    /// <summary>The environment variables that it lacks.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>
    /// The environment variables that are set and that it can't use, each with what is wrong with it. Senders of an earlier version do not
    /// say it.
    /// </summary>
    public IReadOnlyDictionary<string, string> Invalid { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Each SMTP variable, and whether it is set; never its value.</summary>
    public required IReadOnlyDictionary<string, bool> Variables { get; init; }

    public required EffectiveSmtp Effective { get; init; }

    /// <summary>One of <see cref="SenderState"/>.</summary>
    public required string State { get; init; }

    /// <summary>Why it is blocked: the server's words or the error.</summary>
    public string? Reason { get; init; }

    /// <summary>The server's words alone; null where it said nothing, and from a sender of an earlier version.</summary>
    public string? Reply { get; init; }

    /// <summary>What to do about it.</summary>
    public string? Hint { get; init; }

    /// <summary>How fast it hands e-mails over; null from a sender of an earlier version.</summary>
    public SenderPace? Pace { get; init; }

    /// <summary>
    /// Bytes of the largest message that its server takes (RFC 1870, <c>SIZE</c>); null where the server did not say, and from a sender of
    /// an earlier version. That it is there at all says that the sender sends attachments.
    /// </summary>
    public long? MaxMessageBytes { get; init; }
}

/// <summary>How fast a sender hands e-mails over.</summary>
/// <param name="Account">The SMTP account; all senders of one share its <paramref name="Rate"/>.</param>
/// <param name="Rate"><c>SMTP_RATE</c>: e-mails a second; null for no limit.</param>
/// <param name="Learned">E-mails a second that the server's refusals leave to this sender; null where it set no limit.</param>
/// <param name="Connections">How many e-mails it hands over at once.</param>
/// <param name="HandOverSeconds">How long one hand-over takes, a moving average; null before the first.</param>
public sealed record SenderPace(string Account, double? Rate, double? Learned, int Connections, double? HandOverSeconds);

/// <summary>What a sender's settings come to.</summary>
/// <param name="Host">The server.</param>
/// <param name="Port">Its port.</param>
/// <param name="Security"><c>starttls</c>, <c>tls</c> or <c>none</c>.</param>
/// <param name="TimeoutSeconds">How long a sender waits for the server.</param>
/// <param name="FromEmail">The address that e-mails come from.</param>
/// <param name="FromName">The name beside it.</param>
public sealed record EffectiveSmtp(
    string? Host, [property: Range(1, 65535)] int? Port, [property: SmtpSecurity] string Security, int TimeoutSeconds, string? FromEmail,
    string? FromName);

/// <summary>What a sender can do at the moment.</summary>
public static class SenderState
{
    /// <summary>Takes e-mails from the queue.</summary>
    public const string Ready = "ready";

    /// <summary>Lacks settings; takes nothing until it is restarted with them.</summary>
    public const string Unconfigured = "unconfigured";

    /// <summary>The server refuses it (or can't be reached); takes nothing, and tries again by itself.</summary>
    public const string Blocked = "blocked";
}

/// <summary>A field that says what a sender can do at the moment.</summary>
public sealed class SenderStateAttribute() : WordsAttribute(
    "`ready`: takes e-mails. `unconfigured`: lacks settings, and takes none. `blocked`: the server refuses it or cannot be reached; it "
    + "tries again by itself.",
    SenderState.Ready, SenderState.Unconfigured, SenderState.Blocked);

/// <summary>A field that says how connections are secured.</summary>
public sealed class SmtpSecurityAttribute() : WordsAttribute(
    "`starttls`: upgraded before anything is said. `tls`: from the first byte. `none`: plain text.", "starttls", "tls", "none");

/// <summary>A field that says which settings a sender can't use.</summary>
public sealed class InvalidSettingsAttribute() : HoldsAttribute(
    "Environment variables that are set and can't be used.", "What is wrong, for example `is no number`.");

using System.Collections.Frozen;

namespace Mail.Store;

/// <summary>What events tell of. Statements write the number, everyone else reads the name; neither ever changes.</summary>
public static class EventType
{
    public const string EmailScheduled = "email.scheduled";
    public const string EmailSent = "email.sent";
    public const string EmailFailed = "email.failed";
    public const string EmailUnknown = "email.unknown";
    public const string EmailCancelled = "email.cancelled";
    public const string EmailExpired = "email.expired";
    public const string EmailMoved = "email.moved";

    /// <summary>An attempt failed, and another one follows.</summary>
    public const string EmailAttemptFailed = "email.attempt_failed";
    public const string ConfigSaved = "config.saved";
    public const string TemplateSaved = "template.saved";
    public const string HoldStarted = "hold.started";
    public const string HoldEnded = "hold.ended";
    public const string SenderBlocked = "sender.blocked";
    public const string SenderReady = "sender.ready";
    public const string WebhookDisabled = "webhook.disabled";

    private static readonly string[] _names =
    [
        EmailScheduled, EmailSent, EmailFailed, EmailUnknown, EmailCancelled, EmailExpired, EmailMoved, EmailAttemptFailed, ConfigSaved,
        TemplateSaved, HoldStarted, HoldEnded, SenderBlocked, SenderReady, WebhookDisabled,
    ];

    private static readonly FrozenDictionary<string, short> _numbers =
        _names.Select((name, index) => (name, Number: (short)(index + 1)))
            .ToFrozenDictionary(each => each.name, each => each.Number, StringComparer.Ordinal);

    /// <summary>Every type.</summary>
    public static IReadOnlyList<string> All => _names;

    /// <summary>Those that a client's own feed may have: the others tell of the installation.</summary>
    public static IReadOnlyList<string> OfClients { get; } = [.. _names.Except([SenderBlocked, SenderReady], StringComparer.Ordinal)];

    /// <summary>The number on disk.</summary>
    /// <exception cref="KeyNotFoundException">There is no such type.</exception>
    public static short Number(string name) => _numbers[name];

    /// <summary>The name of a number.</summary>
    public static string Name(short number) => _names[number - 1];

    /// <summary>Where an e-mail stands after an event of this type; null for the others.</summary>
    public static string? StatusAfter(string name) => name switch
    {
        EmailScheduled or EmailMoved or EmailAttemptFailed => EmailStatus.Pending,
        _ when name.StartsWith("email.", StringComparison.Ordinal) => name["email.".Length..],
        _ => null,
    };
}

/// <summary>A field that says what an event tells of.</summary>
public sealed class EventTypeAttribute() : WordsAttribute(
    "What happened. `email.attempt_failed`: another attempt follows. `hold.*`: of the client, or of everything where `client_id` is null. "
    + "`sender.*`: for the operator. New types may come.",
    EventType.All);

/// <summary>A field that says what events of a client tell of.</summary>
public sealed class ClientEventTypeAttribute() : WordsAttribute("What a client's own feed may tell of.", EventType.OfClients);

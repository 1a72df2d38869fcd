namespace Mail.Store;

/// <summary>Where an e-mail stands. The words are the same in the API, in the documents and in SQL.</summary>
public static class EmailStatus
{
    /// <summary>The server does not have it. -> sending (claimed), cancelled, expired, failed (tried until send_before).</summary>
    public const string Pending = "pending";

    /// <summary>
    /// A sender holds it. -> sent, failed, unknown, or back to pending where the server certainly did not take it; cancelled in place
    /// of pending where a save replaced or removed the item meanwhile.
    /// </summary>
    public const string Sending = "sending";

    /// <summary>The server answered 2xx to the end of DATA. Final.</summary>
    public const string Sent = "sent";

    /// <summary>The server does not have it, for good. Final.</summary>
    public const string Failed = "failed";

    /// <summary>The server may or may not have it. Final, but for a late outcome of the same claim, which corrects it.</summary>
    public const string Unknown = "unknown";

    /// <summary>Taken back before any hand-over. Final.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>Never tried before it was no longer worth sending. Final.</summary>
    public const string Expired = "expired";

    /// <summary>Those of e-mails that are yet to be sent.</summary>
    public static IReadOnlyList<string> Open { get; } = [Pending, Sending];

    /// <summary>Those that end an e-mail's life: nothing is done about it by itself any more.</summary>
    public static IReadOnlyList<string> Final { get; } = [Sent, Failed, Unknown, Cancelled, Expired];

    /// <summary>Every status, in the order of an e-mail's life.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Open, .. Final];

    /// <summary>Those of claimed e-mails: an outcome of the claim moves the e-mail on.</summary>
    public static IReadOnlyList<string> AwaitingOutcome { get; } = [Sending, Unknown];

    /// <summary>Those of e-mails that a server was asked to take, and did not, or may not have.</summary>
    public static IReadOnlyList<string> Undecided { get; } = [Failed, Unknown];

    /// <summary>Those of e-mails that a person may send again, as another one: the server does not have them, or may not.</summary>
    public static IReadOnlyList<string> Resendable { get; } = [Failed, Unknown, Expired];

    /// <summary>
    /// Those of e-mails that did not arrive, or may not have: each asks for a decision until it was resent or dismissed.
    /// </summary>
    public static IReadOnlyList<string> Dismissable { get; } = [Failed, Unknown, Expired];
}

/// <summary>Where an e-mail came from.</summary>
public static class EmailSource
{
    /// <summary>An item of the client's config, which manages it.</summary>
    public const string Config = "config";

    /// <summary>A single e-mail, created over the API; config saves never touch it.</summary>
    public const string OneOff = "single";

    /// <summary>The rest of an e-mail, for recipients that the server refused for the moment; config saves never touch it.</summary>
    public const string Remainder = "remainder";

    /// <summary>A test e-mail: tried once.</summary>
    public const string Test = "test";
}

/// <summary>Why an e-mail was cancelled.</summary>
public static class CancelReason
{
    /// <summary>A save changed the item; <see cref="ScheduledEmail.SupersededBy"/> names the new e-mail.</summary>
    public const string Superseded = "superseded";

    /// <summary>A save or a delete of the config left the item out.</summary>
    public const string Removed = "removed";

    /// <summary>Someone cancelled this very e-mail.</summary>
    public const string Cancelled = "cancelled";
}

/// <summary>A field that says where an e-mail stands.</summary>
public sealed class EmailStatusAttribute() : WordsAttribute(
    "`pending`: the server does not have it. `sending`: a sender holds it. `sent`: the server answered 2xx to the end of DATA. "
    + "`failed`: the server does not have it, for good. `unknown`: the server may or may not have it; never sent again by itself. "
    + "`cancelled`, `expired`: the server does not have it and never will.",
    EmailStatus.All);

/// <summary>A field that says where an e-mail came from.</summary>
public sealed class EmailSourceAttribute() : WordsAttribute(
    "Where an e-mail came from: an item of the config, a single e-mail, a test, or another e-mail whose server put some recipients off, so "
    + "that they get this one.",
    EmailSource.Config, EmailSource.OneOff, EmailSource.Test, EmailSource.Remainder);

/// <summary>A field that says why an e-mail was cancelled.</summary>
public sealed class CancelReasonAttribute() : WordsAttribute(
    "Why an e-mail was cancelled. `superseded`: a save of the config replaced it. `removed`: a save took it back. `cancelled`: somebody "
    + "cancelled it.",
    CancelReason.Superseded, CancelReason.Removed, CancelReason.Cancelled);

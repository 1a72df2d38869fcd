using Mail.Store;

namespace Mail.ConfigService.Bulk;

/// <summary>What can be done to many e-mails at once. Each is what a request for a single e-mail does, too.</summary>
internal static class BulkAction
{
    internal const string Cancel = "cancel";
    internal const string SendNow = "send_now";
    internal const string Move = "move";
    internal const string Resend = "resend";
    internal const string Dismiss = "dismiss";

    /// <summary>All of them.</summary>
    internal static IReadOnlyList<string> All { get; } = [Cancel, SendNow, Move, Resend, Dismiss];
}

/// <summary>What became of one of many e-mails: done, or the code that a request for it alone would be refused with.</summary>
internal static class BulkOutcome
{
    internal const string Done = "done";
    internal const string TooLate = "too_late";
    internal const string NotResendable = "not_resendable";
    internal const string AlreadyResent = "already_resent";
    internal const string ManagedByConfig = "managed_by_config";
    internal const string NotFinal = "not_final";
    internal const string NotFound = "email_not_found";
    internal const string InThePast = "scheduled_in_the_past";
    internal const string TooFarAhead = "scheduled_too_far_ahead";

    /// <summary>Its new time would not be before its <c>send_before</c>; alone it is refused with <c>invalid_body</c>.</summary>
    internal const string PastSendBefore = "past_send_before";

    /// <summary>All of them.</summary>
    internal static IReadOnlyList<string> All { get; } =
        [Done, TooLate, NotResendable, AlreadyResent, ManagedByConfig, NotFinal, NotFound, InThePast, TooFarAhead, PastSendBefore];
}

/// <summary>A field that says what is done.</summary>
internal sealed class BulkActionAttribute() : WordsAttribute(
    "What is done: to each e-mail what the request of that name does.", BulkAction.All);

/// <summary>A field that says what became of an e-mail.</summary>
internal sealed class BulkOutcomeAttribute() : WordsAttribute(
    "What became of an e-mail: `done`, or the code with which a request for it alone is refused. `past_send_before`: it has a "
    + "`send_before` that was set, and the new time is not before it. `email_not_found`: there is none, or it is another client's.",
    BulkOutcome.All);

using Mail.ConfigService.Bulk;

namespace Mail.ConfigService.Page;

/// <summary>What is done to many e-mails, in words.</summary>
internal static class BulkWords
{
    /// <summary>The action, as a button says it.</summary>
    internal static string Verb(string action) => action switch
    {
        BulkAction.Cancel => "Cancel",
        BulkAction.SendNow => "Send now",
        BulkAction.Move => "Move",
        BulkAction.Resend => "Resend",
        _ => "Dismiss",
    };

    /// <summary>What it does to each, for a person who is about to do it.</summary>
    internal static string What(string action) => action switch
    {
        BulkAction.Cancel => "They are taken back for good, and never sent.",
        BulkAction.SendNow => "They become due now, and senders take them at once. What holds them back still does.",
        BulkAction.Move => "They go out at the new time, and not at the old one.",
        BulkAction.Resend =>
            "A new e-mail with the same content goes out now for each. Recipients of those in doubt may get it twice.",
        _ => "They have been seen, and no longer ask for a decision.",
    };

    /// <summary>What became of an e-mail, or would.</summary>
    internal static string Outcome(string action, string outcome, bool isDry) => outcome switch
    {
        BulkOutcome.Done => (isDry ? "would be " : "") + action switch
        {
            BulkAction.Cancel => "cancelled",
            BulkAction.SendNow => "sent now",
            BulkAction.Move => "moved",
            BulkAction.Resend => "sent again",
            _ => "dismissed",
        },
        BulkOutcome.TooLate => "too late: being sent, or final",
        BulkOutcome.NotResendable => "can't be resent: not failed, unknown or expired, or its content was erased",
        BulkOutcome.AlreadyResent => "was resent before",
        BulkOutcome.ManagedByConfig => "is an item of a config, which has its time",
        BulkOutcome.NotFinal => "can't be dismissed: not failed, unknown or expired",
        BulkOutcome.NotFound => "is not there any more",
        BulkOutcome.InThePast => "would be due more than an hour ago",
        BulkOutcome.TooFarAhead => "would be due in more than a hundred years",
        _ => "would be due when it is no longer worth sending",
    };
}

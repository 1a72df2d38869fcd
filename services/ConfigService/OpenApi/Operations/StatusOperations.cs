namespace Mail.ConfigService.OpenApi.Operations;

internal static class StatusOperations
{
    internal static IEnumerable<Operation> All =>
    [
        new("GetEmailStatus", "Is e-mail working?", "The truth of the senders: the union of what live senders lack. With no live sender `configured` is false, `missing` is empty, and the hint says so. While everything is held back, `held` is there too, and the hint says since when, by whom and how to release.")
        {
            Means = "Whether e-mail is configured.",
            Answer = "SendingStatus",
        },
        new("GetTestConfig", "What do the senders have?", "Their settings without secrets, taken from the sender last seen, and how each live sender stands.")
        {
            Means = "The senders' settings.",
            Answer = "TestConfig",
        },
        new("SendTestEmail", "Send a test e-mail", "Sends through the very path that scheduled e-mails take, and waits up to 30 s for the outcome. A test is tried once; while everything is held it is refused at once.")
        {
            Body = "TestEmailInput",
            Means = "Sent.",
            Answer = "TestEmailSent",
            Refuses = ["held", "smtp_failed", "email_not_configured", "no_outcome_yet"],
        },
    ];
}

using static Mail.ConfigService.OpenApi.Operation;
using static Mail.ConfigService.OpenApi.Shape;

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
        new("GetForecast", "What will become of what is due?", "The pending e-mails that are due in the next hours, sent in the order of their due times at the pace of the senders (`SMTP_RATE`, connections and how long the server takes). The operator sees all clients. A client's key sees its own e-mails, which wait for those of other clients all the same.")
        {
            Parameters = [Query("hours", Number("How many hours to look ahead.", least: 1, most: 168, otherwise: 24))],
            Means = "The forecast.",
            Answer = "Forecast",
            Refuses = ["invalid_query"],
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

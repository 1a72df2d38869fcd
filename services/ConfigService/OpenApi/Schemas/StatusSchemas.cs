using static Mail.ConfigService.OpenApi.Shape;

namespace Mail.ConfigService.OpenApi.Schemas;

/// <summary>Is e-mail working?</summary>
internal static class StatusSchemas
{
    internal static IEnumerable<NamedSchema> All =>
    [
        new("SendingStatus", Answer("The truth of the senders.",
            Has("configured", Flag("Whether a sender is live, and every live one has all it needs.")),
            Has("missing", List("The environment variables that any live sender lacks.", Text("A variable, for example `SMTP_HOST`."))),
            May("invalid", Ref("InvalidSettings", "The environment variables that a live sender can't use, each with what is wrong with it; left out where there are none.")),
            May("held", Flag("True; there while everything is held back.")),
            May("hint", Text("What to do about it; there where `configured` is false, everything is held back, or no sender can reach its server."))),
            """{"configured":false,"missing":["SMTP_HOST"],"hint":"Set these in your deployment platform's environment variables (e.g. Coolify, Render), not only in .env."}"""),
        new("TestConfig", Answer("What the senders have, without secrets.",
            Has("configured", Flag("As `GET /email-status` says it.")),
            Has("missing", List("The environment variables that any live sender lacks.", Text("A variable."))),
            Has("invalid", Ref("InvalidSettings", "The environment variables that a live sender can't use, each with what is wrong with it.")),
            Has("hint", OrNull(Text("What to do about it; null where nothing is to do."))),
            Has("variables", Ref("SmtpVariables")),
            Has("effective", OrNull(Ref("EffectiveSmtp"))),
            Has("senders", List("Each sender that was heard from in the last 15 seconds.", Ref("Sender")))),
            """
            {"configured":true,"missing":[],"invalid":{},"hint":null,"variables":{"SMTP_HOST":true,"SMTP_PORT":false,"SMTP_PASSWORD":true},
             "effective":{"host":"smtp.example.com","port":587,"security":"starttls","timeout_seconds":30,"from_email":"mail@example.com","from_name":"Example"},
             "senders":[{"instance":"sender-1","configured":true,"missing":[],"invalid":{},"last_seen":"2026-11-24T15:12:09.310Z","state":"ready",
             "reason":null,"hint":null}]}
            """),
        new("InvalidSettings", Map("Environment variables that are set and can't be used.", Text("What is wrong, for example `is no number`."))),
        new("SmtpVariables", Map("Each SMTP variable of the sender last seen: true where it is set. Never its value.", Flag("Whether it is set."))),
        new("EffectiveSmtp", Answer("What the settings of the sender last seen come to.",
            Has("host", OrNull(Text("The server."))),
            Has("port", OrNull(Number("Its port.", least: 1, most: 65_535))),
            Has("security", Ref("SmtpSecurity")),
            Has("timeout_seconds", Number("How long a sender waits for the server.")),
            Has("from_email", OrNull(Text("The address that e-mails come from."))),
            Has("from_name", OrNull(Text("The name beside it."))))),
        new("Sender", Answer("A live sender.",
            Has("instance", Text("Its name.")),
            Has("configured", Flag("Whether it has all it needs.")),
            Has("missing", List("The environment variables that it lacks.", Text("A variable."))),
            Has("invalid", Ref("InvalidSettings", "The environment variables that it can't use, each with what is wrong with it.")),
            Has("last_seen", Time("When it was last heard from.")),
            Has("state", Ref("SenderState")),
            Has("reason", OrNull(Text("Why it is blocked."))),
            Has("hint", OrNull(Text("What to do about it."))))),
        new("Forecast", Answer("What will become of the e-mails that are due in the next hours.",
            Has("rate_per_hour", OrNull(Decimal("How many e-mails an hour the senders hand over; null where none can send."))),
            Has("due", Number("How many are due, overdue ones too.", least: 0)),
            Has("first_due", OrNull(Time("When the first of them is due that is not held back."))),
            Has("last_expected", OrNull(Time("When the server is expected to have taken the last of them; it may be after those hours."))),
            Has("late", Number("How many are expected more than a minute after they are due.", least: 0)),
            Has("will_expire", Number("How many will pass their `send_before` first.", least: 0)),
            Has("held", Number("How many are held back.", least: 0)),
            Has("blocked", Number("How many could not be sent by any sender now.", least: 0)),
            Has("by_hour", List("Each hour, the one that begins now first.", Ref("ForecastHour")))),
            """
            {"rate_per_hour":199.8,"due":450,"first_due":"2026-11-24T09:00:00.000Z","last_expected":"2026-11-24T11:14:42.000Z","late":446,"will_expire":0,
             "held":0,"blocked":0,"by_hour":[{"from":"2026-11-24T08:30:00.000Z","due":450,"sent":100}]}
            """),
        new("ForecastHour", Answer("One hour of a forecast.",
            Has("from", Time("When it begins.")),
            Has("due", Number("How many e-mails are due in it; overdue ones count in the first.", least: 0)),
            Has("sent", Number("How many are expected to be sent in it.", least: 0)))),
        new("TestEmailInput", Request("Whom to send the test to.", Has("to", Line("One mailbox.", 998, least: 1))), """{"to":"ada@example.com"}"""),
        new("TestEmailSent", Answer("The server took the test e-mail.",
            Has("email_id", Id("The e-mail, for its timeline.")),
            Has("status", Ref("EmailStatus", "Always `sent`.")),
            Has("smtp_reply", OrNull(Text("What the server answered to the end of DATA."))),
            Has("duration_ms", Number("Milliseconds from the request to the outcome.", least: 0))),
            """{"email_id":"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01","status":"sent","smtp_reply":"250 2.0.0 Ok: queued as 4F2A1","duration_ms":112}"""),
    ];
}

using static Mail.ConfigService.OpenApi.Shape;

namespace Mail.ConfigService.OpenApi.Schemas;

internal static class HoldSchemas
{
    internal static IEnumerable<NamedSchema> All =>
    [
        new("HoldInput", Request("Why; may be left out, and so may the body.", May("reason", Text("In plain words, for the e-mails' `explanation`.", most: 500))),
            """{"reason":"The shop is being moved"}"""),
        new("HoldState", Answer("Whether sending is held back now.",
            Has("held", Flag("True after a hold, false after a release.")),
            Has("reason", OrNull(Text("The reason given."))),
            Has("since", OrNull(Time("Since when it is held; null after a release."))),
            May("would_send", List("Only on a dry run: what is pending, a line a client.", Ref("PendingEmails")))),
            """{"held":true,"reason":"The shop is being moved","since":"2026-11-24T15:12:09.310Z"}"""),
        new("PendingEmails", Answer("A client's pending e-mails.",
            Has("client_id", Text("The client.")),
            Has("due_now", Number("Would go out at once.", least: 0)),
            Has("due_later", Number("Would go out at their times.", least: 0)),
            Has("expiring", Number("No longer worth sending: would not go out.", least: 0)))),
        new("HoldList", Answer("What is held back.",
            Has("items", List("The holds.", Ref("Hold")))),
            """{"items":[{"client_id":null,"reason":"The shop is being moved","since":"2026-11-24T15:12:09.310Z","by":"operator"}]}"""),
        new("Hold", Answer("A hold.",
            Has("client_id", OrNull(Text("The client; null where everything is held."))),
            Has("reason", OrNull(Text("Why."))),
            Has("since", Time("Since when.")),
            Has("by", Text("`operator`, or `restore_fence` where the system held itself on a database that was restored, cloned or rolled back.")))),
    ];
}

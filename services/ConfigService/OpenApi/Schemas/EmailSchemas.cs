using Microsoft.OpenApi;
using static Mail.ConfigService.OpenApi.Shape;

namespace Mail.ConfigService.OpenApi.Schemas;

/// <summary>E-mails as answers show them.</summary>
internal static class EmailSchemas
{
    internal static IEnumerable<NamedSchema> All =>
    [
        new("Email", Answer("An e-mail: what it says, where it stands, and why.", Whole), EmailExamples.Sent),
        new("EmailSummary", Answer("An e-mail as lists show it: without bodies and timeline.", Whole.Where(each => each.Name is not ("text" or "html" or "timeline")))),
        new("EmailPage", Answer("A page of e-mails, ordered by due time, then id.",
            Has("items", List("The e-mails.", Ref("EmailSummary"), most: 500)),
            Has("next_cursor", NextCursor)), EmailExamples.Page),
        new("LastError", Answer("What went wrong at the last attempt.",
            Has("stage", Ref("SmtpStage")),
            Has("reply", OrNull(Text("The server's own words, or the error where it said nothing."))),
            Has("hint", OrNull(Text("What it means and what to do about it; null only where an older version wrote it."))),
            Has("verdict", OrNull(Text("The row of the table of verdicts that decided, for example `limit.rate`; null only where an older version wrote it."))),
            Has("permanent", Flag("Whether trying again cannot help.")))),
        new("TimelineEntry", Answer("One thing that happened to an e-mail.",
            Has("at", Time("When, by the database's clock.")),
            Has("event", Text("What happened, for example `scheduled`, `sending`, `sent`, `moved` or `cancelled`.")),
            Has("detail", OrNull(Text("In plain words; null where the event says it all."))),
            Has("by", Text("The instance that did it.")),
            May("trace_id", Text("The trace that it happened in: what traces and logs have it under, and the answer to that request as `X-Request-Id`.")))),
        new("BatchCreated", Answer("The new e-mails, in the order given.",
            Has("items", List("One an e-mail.", Ref("BatchEmail"), most: 10_000))),
            """{"items":[{"id":"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01","scheduled_datetime":"2026-12-01T08:00:00.000Z","status":"pending"}]}"""),
        new("BatchEmail", Answer("A new e-mail.",
            Has("id", Id("Its id.")),
            Has("scheduled_datetime", Time("When it is due.")),
            Has("status", Ref("EmailStatus")))),
        new("Processed", Answer("What was woken.",
            Has("due", Number("E-mails that were due and unclaimed.", least: 0)),
            Has("woken", Number("Of these, how many were woken.", least: 0))), """{"due":12,"woken":12}"""),
    ];

    internal static OpenApiSchema NextCursor => OrNull(Text("What to pass as `cursor` for the next page; null on the last."));

    private static IEnumerable<Field> Whole =>
    [
        Has("id", Id("A UUIDv7.")),
        Has("client_id", Text("The client that it belongs to.")),
        Has("key", OrNull(Text("Names the item within the client's config; null outside one. A resent e-mail keeps the key of the old one."))),
        Has("source", Ref("EmailSource")),
        Has("revision", OrNull(Number("The config revision that scheduled it."))),
        .. Content.AsSaved,
        Has("status", Ref("EmailStatus")),
        Has("reason", OrNull(Ref("CancelReason", "Why it was cancelled; null where it was not."))),
        Has("superseded_by", OrNull(Id("The e-mail that a config save put in its place."))),
        Has("resend_of", OrNull(Id("The e-mail that this one sends again."))),
        Has("resent_as", OrNull(Id("The e-mail that was sent in the place of this one."))),
        Has("remainder_of", OrNull(Id("The e-mail that this one is the rest of: its server took that one for other recipients and put these off."))),
        Has("remainder", OrNull(Id("The e-mail that goes to those recipients whom the server put off."))),
        Has("envelope", OrNull(List("Whom it goes to, where `to`, `cc` and `bcc` name more than those: of a remainder, and of one that was sent again.", Text("One mailbox.")))),
        Has("scheduled_datetime", Time("When it is due.")),
        Has("send_before", Time("When it is no longer worth sending.")),
        Has("created_at", Time("When it was scheduled.")),
        Has("sent_at", OrNull(Time("When the server took it."))),
        Has("lateness_ms", OrNull(Number("Milliseconds from due to sent."))),
        Has("attempts", Number("Conversations with a server that were about this e-mail.", least: 0)),
        Has("next_attempt_at", OrNull(Time("When it is tried again, after an attempt that failed."))),
        Has("forecast", OrNull(Ref("EmailForecast", "What will become of it as things stand; null unless it is pending."))),
        Has("expected_at", OrNull(Time("When the server is expected to have taken it, by the senders' pace and what is due before it; null where it is not pending, is held, expires first or could not be sent now."))),
        Has("message_id", OrNull(Text("The Message-ID header, the same for every attempt."))),
        Has("smtp_reply", OrNull(Text("What the server answered to the end of DATA."))),
        Has("last_error", OrNull(Ref("LastError"))),
        Has("explanation", Text("Why it stands where it stands, in a sentence or two.")),
        Has("timeline", List("What happened to it, oldest first: the first line, and the last hundred.", Ref("TimelineEntry"))),
        May("timeline_left_out", Number("How many lines between the first and the others are no longer kept; there where there are any.", least: 1)),
    ];
}

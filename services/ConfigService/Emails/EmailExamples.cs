using System.Text.Json.Nodes;

namespace Mail.ConfigService.Emails;

/// <summary>One e-mail at several points of its life.</summary>
internal static class EmailExamples
{
    private const string Id = "019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01";
    private const string Scheduled =
        """{"at":"2026-11-24T15:12:09.310Z","event":"scheduled","detail":"config revision 3","by":"config-1"}""";
    private const string Single = """{"at":"2026-11-24T15:12:09.310Z","event":"scheduled","detail":"single e-mail","by":"config-1"}""";

    private const string SentFields = $$"""
        "id":"{{Id}}","client_id":"acme","key":"welcome","source":"config","revision":3,"status":"sent","reason":null,"superseded_by":null,
         "resend_of":null,"resent_as":null,"remainder_of":null,"remainder":null,"envelope":null,
         "scheduled_datetime":"2026-12-01T08:00:00.000Z",
         "send_before":"2026-12-01T11:00:00.000Z","created_at":"2026-11-24T15:12:09.310Z","sent_at":"2026-12-01T08:00:00.004Z",
         "lateness_ms":4,
         "attempts":1,"next_attempt_at":null,"forecast":null,"expected_at":null,"message_id":"<{{Id}}@example.com>",
         "smtp_reply":"250 2.0.0 Ok: queued as 4F2A1","last_error":null,
         "explanation":"Sent 4 ms after it was due; the server answered 250 2.0.0 Ok: queued as 4F2A1.","dismissed":null,
         "to":["Ada Lovelace <ada@example.com>"],"cc":[],"bcc":[],"reply_to":["help@example.com"],"subject":"Welcome",
         "headers":{"X-Campaign":"spring"},"attachments":[]
        """;

    internal const string Sent = $$"""
        {{{SentFields}},"text":"Hello Ada","html":"<p>Hello Ada</p>","template":null,"timeline":[{{Scheduled}},
          {"at":"2026-12-01T08:00:00.001Z","event":"sending","detail":"attempt 1","by":"sender-1"},
          {"at":"2026-12-01T08:00:00.004Z","event":"sent","detail":"250 2.0.0 Ok: queued as 4F2A1","by":"sender-1"}]}
        """;

    internal const string Page = $$"""{"items":[{{{SentFields}}}],"next_cursor":null}""";

    internal static string Cancelled => Unsent($$"""
        {"status":"cancelled","reason":"cancelled","forecast":null,"expected_at":null,
         "explanation":"It was cancelled before it was sent. The server does not have it.",
         "timeline":[{{Scheduled}},{"at":"2026-11-24T16:00:00.120Z","event":"cancelled","detail":"cancelled by operator","by":"config-1"}]}
        """);

    internal static string Dismissed => Unsent($$"""
        {"status":"expired","forecast":null,"expected_at":null,"dismissed":{"at":"2026-12-02T08:30:00.120Z","by":"operator"},
         "explanation":"It was not handed over by 2026-12-01 11:00:00 UTC, after which it was no longer worth sending.",
         "timeline":[{{Scheduled}},{"at":"2026-12-01T11:00:00.010Z","event":"expired","detail":"no longer worth sending",
           "by":"scheduler-1"},{"at":"2026-12-02T08:30:00.120Z","event":"dismissed","detail":"by operator","by":"config-1"}]}
        """);

    internal static string SentNow => Unsent($$"""
        {"scheduled_datetime":"2026-11-24T16:00:00.120Z","expected_at":"2026-11-24T16:00:00.126Z",
         "explanation":"Overdue by 2 ms: a sender is about to take it.","timeline":[{{Scheduled}},
          {"at":"2026-11-24T16:00:00.120Z","event":"send_now",
           "detail":"from 2026-12-01T08:00:00.000Z to 2026-11-24T16:00:00.120Z by operator","by":"config-1"}]}
        """);

    internal static string Created => Unsent($$"""
        {"key":null,"source":"single","revision":null,"send_before":"2026-12-04T08:00:00.000Z","explanation":"Due in 6 days.",
         "timeline":[{{Single}}]}
        """);

    internal static string Moved => Unsent($$"""
        {"key":null,"source":"single","revision":null,"scheduled_datetime":"2026-12-02T08:00:00.000Z",
         "expected_at":"2026-12-02T08:00:00.004Z","send_before":"2026-12-05T08:00:00.000Z","explanation":"Due in 7 days.",
         "timeline":[{{Single}},{"at":"2026-11-24T16:00:00.120Z","event":"moved",
         "detail":"from 2026-12-01T08:00:00.000Z to 2026-12-02T08:00:00.000Z by operator","by":"config-1"}]}
        """);

    internal static string Resent => Unsent("""
        {"source":"single","revision":null,"resend_of":"019ad0b1-1c2d-7aa0-8d11-0e9f3b7c4d52",
         "scheduled_datetime":"2026-12-01T09:30:00.000Z","send_before":"2026-12-04T09:30:00.000Z",
         "created_at":"2026-12-01T09:30:00.000Z","expected_at":"2026-12-01T09:30:00.006Z",
         "explanation":"Overdue by 2 ms: a sender is about to take it.",
         "timeline":[{"at":"2026-12-01T09:30:00.000Z","event":"scheduled",
         "detail":"resend of 019ad0b1-1c2d-7aa0-8d11-0e9f3b7c4d52 by operator","by":"config-1"}]}
        """);

    /// <summary>The same e-mail before it was sent, but for these fields.</summary>
    private static string Unsent(string fields)
    {
        var email = Json(Sent);
        var pending = Json("""
            {"status":"pending","sent_at":null,"lateness_ms":null,"attempts":0,"forecast":"on_time",
             "expected_at":"2026-12-01T08:00:00.004Z","message_id":null,"smtp_reply":null}
            """);
        foreach (var (name, value) in pending.Concat(Json(fields)))
            email[name] = value?.DeepClone();
        return email.ToJsonString();
    }

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}

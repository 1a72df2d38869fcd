using static Mail.ConfigService.OpenApi.Shape;

namespace Mail.ConfigService.OpenApi.Schemas;

internal static class ProblemSchema
{
    internal static NamedSchema Problem => new("Problem", Answer("Why a request was refused (RFC 9457). A refused request changes nothing and is not remembered.",
        Has("type", Text("A URI for the kind of problem; `about:blank` where the status says it all.")),
        Has("title", Text("The status in words.")),
        Has("status", Number("The HTTP status.", least: 400, most: 599)),
        Has("detail", Text("What is wrong with this very request, for people.")),
        Has("code", Word("What is wrong, for programs.", Codes.All.Keys)),
        May("errors", Map("For 422, all that is wrong with the request: a JSON pointer into the body, or `/name` of a parameter, to sentences.", List("What is wrong there.", Text("A sentence.")))),
        May("errors_total", Number("How many errors there are, where `errors` names the first hundred of them.", least: 101)),
        May("missing", List("For `email_not_configured`: the environment variables that senders lack.", Text("A variable."))),
        May("invalid", Map(
            "For `email_not_configured`: the environment variables that senders can't use, where there are any.", Text("What is wrong with it."))),
        May("hint", OrNull(Text("For `email_not_configured` and `smtp_failed`: what to do about it."))),
        May("current_status", EmailSchemas.Status),
        May("resent_as", Id("For `already_resent`: the e-mail that was sent in its place.")),
        May("too_late", List("For `still_sending`: the e-mails that are being handed over.", Id("An e-mail."))),
        May("since", Time("For `held`: since when.")),
        May("by", Text("For `held`: by whom; `restore_fence` where the system holds itself.")),
        May("reason", OrNull(Text("For `held`: why, where a reason was given."))),
        May("email_id", Id("For `smtp_failed` and `no_outcome_yet`: the test e-mail.")),
        May("smtp_reply", OrNull(Text("For `smtp_failed`: the server's own words.")))));
}

using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using static Mail.ConfigService.OpenApi.Shape;

namespace Mail.ConfigService.OpenApi.Schemas;

internal static class ProblemSchema
{
    // No enum: NSwag's clients can't read an answer that has a word which was not in the enum when they were generated.
    private static OpenApiSchema Code => new()
    {
        Type = JsonSchemaType.String,
        Description = "What is wrong, for programs. A later version may have more codes than these.",
        Extensions = new Dictionary<string, IOpenApiExtension>(StringComparer.Ordinal)
        {
            ["x-extensible-enum"] = new JsonNodeExtension(new JsonArray([.. Codes.All.Keys.Select(code => JsonValue.Create(code))])),
        },
    };

    // Kiota takes it as the message of its exceptions.
    private static OpenApiSchema Detail => new()
    {
        Type = JsonSchemaType.String,
        Description = "What is wrong with this very request, for people.",
        Extensions = new Dictionary<string, IOpenApiExtension>(StringComparer.Ordinal) { ["x-ms-primary-error-message"] = new JsonNodeExtension(true) },
    };

    internal static NamedSchema Problem => new("Problem", Answer("Why a request was refused (RFC 9457). A refused request changes nothing and is not remembered.",
        Has("type", Text("A URI for the kind of problem; `about:blank` where the status says it all.")),
        Has("title", Text("The status in words.")),
        Has("status", Number("The HTTP status.", least: 400, most: 599)),
        Has("detail", Detail),
        Has("code", Code),
        May("errors", Ref("ProblemErrors", "For 422: all that is wrong with the request.")),
        May("errors_total", Number("How many errors there are, where `errors` names the first hundred of them.", least: 101)),
        May("missing", List("For `email_not_configured`: the environment variables that senders lack.", Text("A variable."))),
        May("invalid", Ref("InvalidSettings", "For `email_not_configured`: what senders can't use, where there is any.")),
        May("hint", Text("For `email_not_configured` and `smtp_failed`: what to do about it.")),
        May("current_status", Ref("EmailStatus", "For `too_late` and `not_resendable`: where the e-mail stands.")),
        May("resent_as", Id("For `already_resent`: the e-mail that was sent in its place.")),
        May("too_late", List("For `still_sending`: the e-mails that are being handed over.", Id("An e-mail."))),
        May("since", Time("For `held`: since when.")),
        May("by", Text("For `held`: by whom; `restore_fence` where the system holds itself.")),
        May("reason", Text("For `held`: why, where a reason was given.")),
        May("email_id", Id("For `smtp_failed` and `no_outcome_yet`: the test e-mail.")),
        May("smtp_reply", Text("For `smtp_failed`: the server's own words."))));

    internal static NamedSchema Errors => new("ProblemErrors", Map(
        "A JSON pointer into the body, or `/name` of a parameter, to sentences.", List("What is wrong there.", Text("A sentence."))));
}

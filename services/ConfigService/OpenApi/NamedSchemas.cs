using System.Text.Json.Nodes;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Recurrences;
using Mail.ConfigService.Requests;
using Mail.Store;
using Microsoft.OpenApi;

namespace Mail.ConfigService.OpenApi;

/// <summary>
/// Schemas that no type stands for: fields that hold one of a few words, and objects of values by name. Each has a name, since generated
/// clients make a type of it and call it so.
/// </summary>
internal static class NamedSchemas
{
    /// <summary>Which fields have them, by the field's name, or by schema and field where the name alone does not tell.</summary>
    internal static IReadOnlyDictionary<string, string> ByField { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["status"] = "EmailStatus",
        ["current_status"] = "EmailStatus",
        ["source"] = "EmailSource",
        ["forecast"] = "EmailForecast",
        ["Email.reason"] = "CancelReason",
        ["EmailSummary.reason"] = "CancelReason",
        ["Event.type"] = "EventType",
        ["WebhookInput.types"] = "ClientEventType",
        ["WebhookChangeInput.types"] = "ClientEventType",
        ["Webhook.types"] = "ClientEventType",
        ["WebhookWithSecret.types"] = "ClientEventType",
        ["Webhook.state"] = "WebhookState",
        ["WebhookWithSecret.state"] = "WebhookState",
        ["Delivery.state"] = "DeliveryState",
        ["action"] = "SaveAction",
        ["BulkInput.action"] = "BulkAction",
        ["BulkResult.result"] = "BulkOutcome",
        ["stage"] = "SmtpStage",
        ["security"] = "SmtpSecurity",
        ["state"] = "SenderState",
        ["Series.state"] = "SeriesState",
        ["headers"] = "EmailHeaders",
        ["invalid"] = "InvalidSettings",
        ["TestConfig.variables"] = "SmtpVariables",
        ["SavedTemplate.variables"] = "TemplateVariables",
        ["TemplateShown.variables"] = "TemplateVariables",
        ["TemplateBodyInput.variables"] = "DeclaredVariables",
        ["TemplateInput.data"] = "TemplateData",
        ["Template.data"] = "TemplateData",
        ["ItemTemplate.data"] = "TemplateData",
        ["PreviewInput.data"] = "TemplateData",
        ["TemplateBodyInput.sample"] = "TemplateData",
        ["TemplateShown.sample"] = "TemplateData",
        ["Variable.type"] = "VariableType",
        ["VariableInput.type"] = "VariableType",
        ["if_skipped"] = "IfSkipped",
        ["if_repeated"] = "IfRepeated",
        ["move"] = "RecurrenceMoves",
        ["errors"] = "ProblemErrors",
        ["to"] = "Mailbox",
        ["cc"] = "Mailbox",
        ["bcc"] = "Mailbox",
        ["reply_to"] = "Mailbox",
        ["envelope"] = "Mailbox",
    };

    /// <summary>All of them, new at each call: a document owns what it holds.</summary>
    internal static IEnumerable<(string Name, OpenApiSchema Schema)> All =>
    [
        Words(
            "EmailStatus",
            "`pending`: the server does not have it. `sending`: a sender holds it. `sent`: the server answered 2xx to the end of DATA. "
            + "`failed`: the server does not have it, for good. "
            + "`unknown`: the server may or may not have it; never sent again by itself. `cancelled`, `expired`: the server does not have "
            + "it and never will.",
            [.. EmailStatus.All]),
        Words(
            "EmailSource",
            "Where an e-mail came from: an item of the config, a single e-mail, a test, or another e-mail whose server put some recipients "
            + "off, so that they get this one.",
            EmailSource.Config, EmailSource.OneOff, EmailSource.Test, EmailSource.Remainder),
        Words(
            "EmailForecast",
            "What will become of a pending e-mail as things stand. `blocked`: no live sender could send it now. `held`: it is held back.",
            Forecast.OnTime, Forecast.Late, Forecast.Blocked, Forecast.Held),
        Words(
            "CancelReason",
            "Why an e-mail was cancelled. `superseded`: a save of the config replaced it. `removed`: a save took it back. `cancelled`: "
            + "somebody cancelled it.",
            CancelReason.Superseded, CancelReason.Removed, CancelReason.Cancelled),
        Words(
            "IfSkipped",
            "What to do with a local time that a clock change leaves out. `refuse`: it is a mistake. `after`, `before`: later or earlier, "
            + "by the length of the gap. `skip`: not at all; of a series alone. A series takes no `refuse`.",
            IfSkipped.Refuse, IfSkipped.After, IfSkipped.Before, IfSkipped.Skip),
        Words(
            "IfRepeated", "Which instant is meant by a local time that comes twice: the first or the second.", IfRepeated.First,
            IfRepeated.Second),
        Words(
            "SaveAction",
            "`kept`: nothing changed. `scheduled`: a new e-mail. `superseded`: a new e-mail in the place of one that was cancelled.",
            "kept", "scheduled", "superseded"),
        Words(
            "SmtpStage", "How far the conversation with the server had come.", "connect", "tls", "auth", "mail_from", "rcpt_to", "data",
            "end_of_data"),
        Words(
            "SmtpSecurity", "`starttls`: upgraded before anything is said. `tls`: from the first byte. `none`: plain text.", "starttls",
            "tls", "none"),
        Words(
            "SenderState",
            "`ready`: takes e-mails. `unconfigured`: lacks settings, and takes none. `blocked`: the server refuses it or cannot be "
            + "reached; it tries again by itself.",
            SenderState.Ready, SenderState.Unconfigured, SenderState.Blocked),
        Words("SeriesState", "Whether a series has further occurrences.", "active", "finished"),
        Words(
            "EventType",
            "What happened. `email.attempt_failed`: another attempt follows. `hold.*`: of the client, or of everything where "
            + "`client_id` is null. `sender.*`: for the operator. New types may come.",
            [.. EventType.All]),
        Words("ClientEventType", "What a client's own feed may tell of.", [.. EventType.OfClients]),
        Words(
            "WebhookState",
            "`enabled`: it is told. `failing`: the last try failed; others follow. `disabled`: it is told nothing until it is enabled "
            + "again.",
            "enabled", "failing", "disabled"),
        Words(
            "DeliveryState", "`pending`: it is tried again. `succeeded`: the endpoint answered 2xx. `failed`: it is given up.",
            [.. DeliveryState.All]),
        ("Mailbox", Line(
            "One mailbox, for example `Ada Lovelace <ada@example.com>`. A name with a comma or another special character is in quotes: "
            + "`\"Lovelace, Ada\" <ada@example.com>`.",
            998)),
        Map(
            "EmailHeaders",
            "Extra headers by name. Those that the system sets itself are refused: `From`, `Sender`, `To`, `Cc`, `Bcc`, `Reply-To`, "
            + "`Subject`, `Date`, `Message-ID`, `MIME-Version`, "
            + "`Content-*`, `Received`, `Return-Path`, `Auto-Submitted`, `DKIM-Signature`, `ARC-*`.",
            Line(
                "At most 10,000 characters. ASCII travels as it is, folded at white space alone; a stretch without white space may have "
                + "997 characters, since a line has 998 at the most. "
                + "What is beyond ASCII travels in encoded-words (RFC 2047).",
                HeaderRules.MaxValue),
            EmailInput.MaxHeaders),
        .. TemplateSchemas.All,
        .. BulkSchemas.All,
        Map("InvalidSettings", "Environment variables that are set and can't be used.", Text("What is wrong, for example `is no number`.")),
        Map(
            "SmtpVariables",
            "Each SMTP variable of the sender last seen: true where it is set. Never its value.",
            new() { Type = JsonSchemaType.Boolean, Description = "Whether it is set." }),
        Map(
            "RecurrenceMoves", "Local times that a rule yields, each with the one in its place.",
            Text("A local time, for example `2027-01-05T09:00:00`."), RecurrenceInput.MaxExceptions),
        Map(
            "ProblemErrors",
            "A JSON pointer into the body, or `/name` of a parameter, to sentences.",
            new() { Type = JsonSchemaType.Array, Description = "What is wrong there.", Items = Text("A sentence.") }),
    ];

    internal static (string Name, OpenApiSchema Schema) Words(string name, string description, params string[] words) =>
        (name, new()
        {
            Type = JsonSchemaType.String,
            Description = description,
            Enum = [.. words.Select(word => (JsonNode)JsonValue.Create(word))],
        });

    private static (string Name, OpenApiSchema Schema) Map(string name, string description, OpenApiSchema value, int? max = null) =>
        (name, new() { Type = JsonSchemaType.Object, Description = description, AdditionalProperties = value, MaxProperties = max });

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };

    private static OpenApiSchema Line(string description, int max) =>
        new() { Type = JsonSchemaType.String, Description = description, MaxLength = max, Pattern = EmailFields.LinePattern };
}

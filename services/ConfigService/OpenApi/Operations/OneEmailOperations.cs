using Mail.ConfigService.OpenApi.Schemas;

namespace Mail.ConfigService.OpenApi.Operations;

/// <summary>One e-mail, by its id.</summary>
internal static class OneEmailOperations
{
    internal static IEnumerable<Operation> All =>
    [
        new("GetEmail", "Read an e-mail", "The whole e-mail: what it says, where it stands, why, and all that happened to it.")
        {
            Means = "The e-mail.",
            Answer = "Email",
            Refuses = ["email_not_found"],
        },
        new("CancelEmail", "Cancel an e-mail", "After a 200 it is never sent. Cancelling a cancelled e-mail answers 200 again.")
        {
            BodyOptional = true,
            Means = "Cancelled, now or before.",
            Answer = "Email",
            Example = EmailExamples.Cancelled,
            Refuses = ["email_not_found", "too_late"],
        },
        new("MoveEmail", "Move an e-mail", "Gives a pending single e-mail another time. A `send_before` that was not set moves along; one that was set stays, and a time past it is refused.")
        {
            Body = "MoveInput",
            Means = "Moved.",
            Answer = "Email",
            Example = EmailExamples.Moved,
            Refuses =
            [
                "email_not_found", "too_late", "managed_by_config", "time_without_offset", "scheduled_in_the_past", "scheduled_too_far_ahead",
            ],
        },
        new("SendNow", "Send an e-mail now", "Makes a pending e-mail due now, whatever its source.")
        {
            BodyOptional = true,
            Means = "Due now.",
            Answer = "Email",
            Example = EmailExamples.SentNow,
            Refuses = ["email_not_found", "too_late"],
        },
        new("ResendEmail", "Send an e-mail again", "Makes a new e-mail, due now, in the place of one that is `failed`, `unknown` or `expired`. For an `unknown` one this is a person's decision: the server may have it. An e-mail is resent once; after that, the new one can be.")
        {
            Parameters = [Parameters.IdempotencyKey],
            BodyOptional = true,
            Status = StatusCodes.Status201Created,
            Means = "A new e-mail is due now; its `resend_of` names the old one.",
            Answer = "Email",
            Example = EmailExamples.Resent,
            Headers = ["Location", "Idempotency-Replayed"],
            Refuses =
            [
                "email_not_found", "not_resendable", "already_resent", "idempotency_in_progress", "invalid_idempotency_key", "idempotency_key_reused",
            ],
        },
    ];
}

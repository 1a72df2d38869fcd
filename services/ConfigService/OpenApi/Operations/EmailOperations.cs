using Mail.ConfigService.OpenApi.Schemas;
using static Mail.ConfigService.OpenApi.Operation;
using static Mail.ConfigService.OpenApi.Shape;

namespace Mail.ConfigService.OpenApi.Operations;

/// <summary>A client's e-mails: creating and listing them, and waking what is due.</summary>
internal static class EmailOperations
{
    private static readonly IReadOnlyList<string> _refusesToCreate =
    [
        "idempotency_in_progress", "time_without_offset", "scheduled_in_the_past", "scheduled_too_far_ahead", "invalid_idempotency_key", "idempotency_key_reused",
        .. AttachmentOperations.RefusedInEmails,
    ];

    internal static IEnumerable<Operation> All =>
    [
        new("CreateEmail", "Schedule one e-mail", "One e-mail outside the config, due now where it has no time. Config saves never touch it.")
        {
            Parameters = [Parameters.IdempotencyKey],
            Body = "EmailInput",
            Status = StatusCodes.Status201Created,
            Means = "Scheduled: the e-mail as it stands.",
            Answer = "Email",
            Example = EmailExamples.Created,
            Headers = ["Location", "Idempotency-Replayed"],
            Refuses = _refusesToCreate,
        },
        new("CreateBatch", "Schedule many e-mails", "Up to 10,000 e-mails outside the config, all or none.")
        {
            Parameters = [Parameters.IdempotencyKey],
            Body = "BatchInput",
            Status = StatusCodes.Status201Created,
            Means = "All of them are scheduled.",
            Answer = "BatchCreated",
            Headers = ["Idempotency-Replayed"],
            Refuses = _refusesToCreate,
        },
        new("ListEmails", "List a client's e-mails", "Those of its config and single ones, ordered by due time, then id.")
        {
            Parameters =
            [
                Query("status", List("Only e-mails that stand so; may be given several times.", Ref("EmailStatus"))),
                Query("due_from", Time("Only e-mails due then or later.")),
                Query("due_to", Time("Only e-mails due before then.")),
                Query("key", Text("Only e-mails with this key of the config.")),
                Parameters.Limit,
                Parameters.Cursor,
            ],
            Means = "A page of e-mails, without bodies and timelines.",
            Answer = "EmailPage",
            Refuses = ["invalid_query", "time_without_offset", "invalid_body"],
        },
        new("ProcessDue", "Wake what is due", "For an external cron: wakes all that is due and unclaimed now, also what was woken before; not what is held, or has a later `next_attempt_at`. Never sends anything twice, however often it is called.")
        {
            BodyOptional = true,
            Means = "Woken.",
            Answer = "Processed",
        },
    ];
}

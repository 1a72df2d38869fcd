namespace Mail.ConfigService.OpenApi.Operations;

internal static class ErasureOperations
{
    internal static IEnumerable<Operation> All =>
    [
        new("EraseClient", "Erase a client", """
            Nothing is left of the client: its e-mails with recipients, subjects, contents and timelines, its config with all revisions, its keys, its hold,
            and what was remembered under its Idempotency-Keys. What is pending is cancelled, and never sent. What is being handed over is waited for, 10 s at
            the most; where it still is, the answer is 409 `still_sending`, and nothing changed. How many e-mails there were is kept, but not whose.

            Not reached: logs (they name clients and e-mails by id), backups, and the mail server. After a backup was restored, erase again.
            """)
        {
            Means = "Erased, and how many e-mails there were; those that were pending count as `cancelled`.",
            Answer = "ErasedClient",
            Refuses = ["client_not_found", "still_sending"],
        },
        new("CountErasures", "Count what was erased", "How many clients were erased so far, and how many e-mails stood at each status.")
        {
            Means = "The numbers.",
            Answer = "Erasures",
        },
    ];
}

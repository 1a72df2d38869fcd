using Mail.ConfigService.Bulk;
using Microsoft.OpenApi;

namespace Mail.ConfigService.OpenApi;

/// <summary>The words of what is done to many e-mails at once.</summary>
internal static class BulkSchemas
{
    /// <summary>All of them, new at each call.</summary>
    internal static IEnumerable<(string Name, OpenApiSchema Schema)> All =>
    [
        NamedSchemas.Words("BulkAction", "What is done: to each e-mail what the request of that name does.", [.. BulkAction.All]),
        NamedSchemas.Words(
            "BulkOutcome",
            "What became of an e-mail: `done`, or the code with which a request for it alone is refused. `past_send_before`: it has a "
            + "`send_before` that was set, and the new time is not before it. `email_not_found`: there is none, or it is another client's.",
            [.. BulkOutcome.All]),
    ];
}

using System.Text.Json.Nodes;

namespace Mail.Store;

/// <summary>
/// The rest of an e-mail that was sent to some of its recipients: an e-mail of its own for those that the server refused for the
/// moment. It is inserted by the statement that records the outcome, so that there are both or neither.
/// </summary>
/// <param name="Email">The new e-mail. Its id follows from the claim of the original, so that it can't be inserted twice.</param>
/// <param name="Entry">The line that names it in the original's timeline; the statement adds the time.</param>
public sealed record Remainder(ScheduledEmail Email, JsonObject Entry)
{
    /// <summary>The event of that line.</summary>
    public const string Event = "remainder";
}

using Mail.Store;

namespace Mail.ConfigService.Status;

/// <summary>E-mails that are late, or ask for a decision, for the same reason.</summary>
/// <param name="Kind">Of what is late, one of <c>SearchKinds</c>; of what asks for a decision, its status.</param>
/// <param name="ClientId">The client that is held back; null for other reasons.</param>
/// <param name="Verdict">What servers said, as the table of verdicts has it; null where none did.</param>
/// <param name="Domain">The recipients' domain; null where it does not matter.</param>
/// <param name="Count">How many.</param>
/// <param name="Next">When the first of them is tried; null where none is.</param>
/// <param name="Hint">What it means, and what to do.</param>
public sealed record ReasonGroup(
    string Kind, string? ClientId, string? Verdict, string? Domain, long Count, DateTimeOffset? Next, string? Hint);

using static Mail.Store.TransitionSql;

namespace Mail.Store;

/// <summary>
/// What a save or a delete has replaced or removed while it was being sent is cancelled where it would be tried again. The save
/// has left the reason in the document; whichever of the two statements comes second finds what the first one wrote.
/// </summary>
internal static class CancelOnRetry
{
    /// <summary>Whether the e-mail <c>e</c> is not tried again.</summary>
    internal const string IsSet = "e.data ? 'cancel_on_retry'";

    /// <summary>The fields that change in place of becoming pending.</summary>
    internal const string Patch = "(e.data->'cancel_on_retry'->'patch')";

    /// <summary>The line that goes with them into the timeline.</summary>
    internal const string Line = $"(e.data->'cancel_on_retry'->'entry') || {At}";
}

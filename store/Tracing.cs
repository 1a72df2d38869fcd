using System.Diagnostics;

namespace Mail.Store;

/// <summary>
/// What an e-mail goes through, as one trace (W3C Trace Context): it begins with the request that scheduled the e-mail, and weeks may
/// lie between its first span and its last.
/// </summary>
public static class Tracing
{
    /// <summary>The source of our own spans.</summary>
    public static ActivitySource Source { get; } = new("Mail");

    /// <summary>
    /// The trace that this happens in, 32 hexadecimal digits: the id in the log and, where the caller sent none of its own, the
    /// <c>X-Request-Id</c>.
    /// </summary>
    internal static string? TraceId =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C } current ? current.TraceId.ToHexString() : null;

    /// <summary>Where what is scheduled now goes on later, as a <c>traceparent</c>; null where nobody records it.</summary>
    public static string? Parent => Activity.Current is { IdFormat: ActivityIdFormat.W3C, Recorded: true } current ? current.Id : null;
}

using System.Globalization;
using Mail.ConfigService.Problems;
using Mail.Store;

namespace Mail.ConfigService.EmailConfigs;

/// <summary>Revisions of a config as HTTP has them: entity tags (RFC 9110 section 8.8.3) and conditions (13.1.1).</summary>
internal static class Revisions
{
    internal static void Tag(HttpContext context, long revision) =>
        context.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{revision}\"");

    internal static RevisionMatch IfMatch(HttpContext context) => new(context.Request.Headers.IfMatch.ToString());

    /// <summary>Saves of one client take turns: the name of <see cref="UnitOfWork.RunInTurnAsync"/>.</summary>
    internal static string TurnOf(string clientId) => $"mail.email_config/{clientId}";
}

/// <summary>What the caller believes the current revision to be.</summary>
/// <param name="IfMatch">The header; empty where the caller does not say.</param>
internal sealed record RevisionMatch(string IfMatch)
{
    /// <summary>Refuses a save against another revision.</summary>
    internal void Check(EmailConfig? config)
    {
        if (IfMatch.Length == 0)
            return;
        var current = config is { Deleted: false } ? config.Revision.ToString(CultureInfo.InvariantCulture) : null;
        var tags = IfMatch.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (current is not null && tags.Any(tag => tag == "*" || tag == $"\"{current}\"" || tag == $"W/\"{current}\"" || tag == current))
            return;
        throw new ProblemException(ProblemCodes.RevisionMismatch,
            current is null
                ? "There is no config to match. Nothing changed."
                : $"The config is at revision {current}, not {IfMatch}: someone saved in between. Read it again; nothing changed.");
    }
}

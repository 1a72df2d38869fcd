using System.Globalization;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.EmailConfigs;

/// <summary>Revisions of a config as HTTP has them: entity tags (RFC 9110 section 8.8.3) and conditions (13.1.1).</summary>
internal static class Revisions
{
    internal static void Tag(HttpContext context, long revision) =>
        context.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{revision}\"");

    /// <summary>Refuses a save against another revision.</summary>
    internal static void Check(Preconditions preconditions, EmailConfig? config)
    {
        if (preconditions.Refuse("config", "revision", config is { Deleted: false } ? config.Revision : null) is { } sentence)
            throw new ProblemException(ProblemCodes.RevisionMismatch, sentence);
    }

    /// <summary>Saves of one client take turns: the name of <see cref="UnitOfWork.RunInTurnAsync"/>.</summary>
    internal static string TurnOf(string clientId) => $"mail.email_config/{clientId}";
}

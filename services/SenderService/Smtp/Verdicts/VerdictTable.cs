using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Settings;
using Mail.SenderService.Smtp.Verdicts.Rows;

namespace Mail.SenderService.Smtp.Verdicts;

/// <summary>
/// The table of verdicts: what a refusal means, by stage, reply code, enhanced code and the server's own words. The first
/// row that matches decides. <c>docs/smtp-verdicts.md</c> lists them.
/// </summary>
public static class VerdictTable
{
    /// <summary>The row of a conversation that broke after the final dot.</summary>
    internal static string InDoubt => OtherRows.InDoubt.Id;

    /// <summary>The rows, in the order in which they are asked.</summary>
    public static IReadOnlyList<VerdictRow> Rows { get; } =
    [
        .. BrokenRows.All,
        .. OAuthRows.NotTaken,
        .. TokenRows.All,
        .. LimitRows.OfOthers,
        .. GreetingRows.All,
        .. RecipientRows.BeforeLimits,
        LoginRows.TlsWanted,
        .. MessageRows.BeforeLimits,
        .. AccountRows.BeforeLimits,
        .. OAuthRows.ByWords,
        .. LimitRows.OfThisSender,
        .. AccountRows.ByWords,
        .. OAuthRows.Refused,
        .. LoginRows.All,
        .. NetworkRows.All,
        OtherRows.RefusedAtMail,
        .. OtherRows.Unavailable,
        OtherRows.LaterAllTheSame,
        .. RecipientRows.Others,
        .. MessageRows.Others,
        .. OtherRows.All,
        OtherRows.UnexpectedAtOpening,
        OtherRows.Unexpected,
        OtherRows.InDoubt,
    ];

    /// <summary>The row that decides. There always is one.</summary>
    public static VerdictRow Find(DeliveryAttempt attempt, SmtpOptions options)
    {
        if (attempt is { DotFlushed: true, ReplyCode: not (>= 400 and < 600) })
            return OtherRows.InDoubt;
        var refusal = new RefusalCase(attempt, options);
        foreach (var row in Rows)
        {
            if (row.Matches(refusal))
                return row;
        }

        return attempt.Stage < SmtpStage.MailFrom ? OtherRows.UnexpectedAtOpening : OtherRows.Unexpected;
    }
}

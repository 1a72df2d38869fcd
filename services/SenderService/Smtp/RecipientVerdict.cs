using System.Text.RegularExpressions;

namespace Mail.SenderService.Smtp;

/// <summary>What becomes of a recipient that the server refused, where it took the message for others.</summary>
public enum RecipientVerdict
{
    /// <summary>Never gets this e-mail.</summary>
    ForGood,

    /// <summary>May be tried again after a while.</summary>
    Later,

    /// <summary>May be tried again at once: it was one recipient too many for the transaction (RFC 5321, 4.5.3.1.10).</summary>
    AtOnce
}

/// <summary>Reads the reply to one RCPT.</summary>
internal static partial class RecipientVerdicts
{
    /// <summary>The verdict. Pure.</summary>
    public static RecipientVerdict Of(RefusedRecipient refused) =>
        IsOneTooMany(refused) ? RecipientVerdict.AtOnce : refused.Code < 500 ? RecipientVerdict.Later : RecipientVerdict.ForGood;

    // Whatever the code: RFC 5321, 4.5.3.1.10 has older servers say 552 where 452 is meant. Should the next transaction refuse them all the
    // same, it says so of them alone. The address is taken out first, since it may contain such words.
    private static bool IsOneTooMany(RefusedRecipient refused) =>
        refused.Reply.Replace(refused.Address, "", StringComparison.OrdinalIgnoreCase) is var reply
        && (SmtpReply.Enhanced(reply)?[1..] is ".5.3" || TooManyRecipients().IsMatch(reply))
        && !OverTime().IsMatch(reply);

    // Postfix, Exim, Gmail, Exchange.
    [GeneratedRegex(
        @"too many (recipients|rcpts?|addresses)\b|max(imum)?( number of)? (recipients|rcpts?)\b|recipients? (limit|count)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TooManyRecipients();

    // A limit over time is not one of the transaction.
    [GeneratedRegex(@"\b(minute|hour|hourly|day|daily|today|24 ?h)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OverTime();
}

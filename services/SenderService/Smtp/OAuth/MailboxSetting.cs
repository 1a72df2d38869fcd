using System.Text.RegularExpressions;
using Mail.SenderService.Smtp.Settings;

namespace Mail.SenderService.Smtp.OAuth;

/// <summary><c>SMTP_USER</c> where the login is an access token: it is the mailbox, not the app that the token is issued to.</summary>
internal static partial class MailboxSetting
{
    /// <summary>What is wrong with it; null where nothing is. It ends a sentence that begins with the variable's name.</summary>
    /// <param name="auth">One of <see cref="SmtpAuth"/>.</param>
    /// <param name="user">The user's name, empty where it is missing.</param>
    internal static string? Refuse(string auth, string user)
    {
        if (auth is not (SmtpAuth.Microsoft or SmtpAuth.Google) || user.Length == 0)
            return null;
        if (user.EndsWith(".gserviceaccount.com", StringComparison.OrdinalIgnoreCase))
            return "is the service account: set the address of the mailbox that it sends for";
        if (!user.Contains('@', StringComparison.Ordinal))
            return $"is no address: with SMTP_AUTH={auth} set the address of the mailbox that sends";
        return auth switch
        {
            SmtpAuth.Google when IsPersonalGmail(user) =>
                "is a personal Gmail account, for which no service account can send: "
                + "use an App Password without SMTP_AUTH, or a mailbox of Google Workspace",
            SmtpAuth.Microsoft when IsPersonalOutlook(user) =>
                "is a personal Outlook account, for which no app can send: use a mailbox of Microsoft 365, or another provider",
            _ => null
        };
    }

    /// <summary>
    /// Whether a user is a person at Outlook.com, and in no organisation. Passwords are over there, and only a person can consent to an
    /// access token.
    /// </summary>
    internal static bool IsPersonalOutlook(string user) => OutlookAddress().IsMatch(user);

    private static bool IsPersonalGmail(string user) =>
        user.EndsWith("@gmail.com", StringComparison.OrdinalIgnoreCase)
        || user.EndsWith("@googlemail.com", StringComparison.OrdinalIgnoreCase);

    // Also in the domains of countries, such as hotmail.co.uk, live.com.au and outlook.de.
    [GeneratedRegex(
        @"@((outlook|hotmail|live)\.(com|((co|com)\.)?[a-z]{2})|msn\.com)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OutlookAddress();
}

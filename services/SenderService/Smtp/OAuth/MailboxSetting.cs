using Mail.SenderService.Smtp.Settings;

namespace Mail.SenderService.Smtp.OAuth;

/// <summary><c>SMTP_USER</c> where the login is an access token: it is the mailbox, not the app that the token is issued to.</summary>
internal static class MailboxSetting
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
        return auth == SmtpAuth.Google && IsPersonal(user)
            ? "is a personal Gmail account, for which no service account can send: "
              + "use an App Password without SMTP_AUTH, or a mailbox of Google Workspace"
            : null;
    }

    private static bool IsPersonal(string user) =>
        user.EndsWith("@gmail.com", StringComparison.OrdinalIgnoreCase)
        || user.EndsWith("@googlemail.com", StringComparison.OrdinalIgnoreCase);
}

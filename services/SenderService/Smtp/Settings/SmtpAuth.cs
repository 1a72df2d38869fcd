namespace Mail.SenderService.Smtp.Settings;

/// <summary>How a sender logs in, as <c>SMTP_AUTH</c> says it.</summary>
public static class SmtpAuth
{
    /// <summary>With <c>SMTP_USER</c> and <c>SMTP_PASSWORD</c>.</summary>
    public const string Default = "default";

    /// <summary>Not at all: a relay without a login.</summary>
    public const string None = "none";

    /// <summary>With an access token of Microsoft Entra, for a mailbox of Microsoft 365.</summary>
    public const string Microsoft = "microsoft";

    /// <summary>With an access token of a Google service account, for a mailbox of Google Workspace.</summary>
    public const string Google = "google";

    private const string OtherName = "is another name for what is called";

    /// <summary>What is wrong with a value; null where it is one of the four.</summary>
    internal static string? Refuse(string text) => string.Concat(text.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant() switch
    {
        _ when text.ToLowerInvariant() is Default or None or Microsoft or Google => null,
        "oauth" or "oauth2" or "oauth20" or "xoauth2" or "oauthbearer" or "bearer" or "token" or "modern" or "modernauth" =>
            "does not say which provider issues the access tokens: "
            + $"set {Microsoft} for a mailbox of Microsoft 365, {Google} for one of Google Workspace",
        "office365" or "o365" or "m365" or "microsoft365" or "office" or "outlook" or "exchange" or "exchangeonline"
            or "entra" or "entraid" or "azure" or "azuread" =>
            $"{OtherName} {Microsoft} here: set {Microsoft}",
        "gmail" or "googlemail" or "googleworkspace" or "workspace" or "gsuite" => $"{OtherName} {Google} here: set {Google}",
        "plain" or "login" or "basic" or "password" or "crammd5" or "true" or "yes" or "on" =>
            $"{OtherName} {Default} here: set {Default}, or leave it out; the sender chooses the mechanism",
        "false" or "no" or "off" or "anonymous" => $"{OtherName} {None} here: set {None}",
        _ => $"is none of {Default}, {None}, {Microsoft} and {Google}: "
             + $"set {None} for a relay without a login, {Microsoft} or {Google} for a login with OAuth2, or leave it out"
    };
}

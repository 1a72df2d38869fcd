using Mail.SenderService.Smtp.Conversation;

namespace Mail.SenderService.Smtp.Verdicts;

/// <summary>A sender's trouble in a few words.</summary>
internal static class Reasons
{
    public const string Login = "login refused";
    public const string Token = "access token refused";
    public const string NoToken = "no access token";
    public const string Sender = "sender address refused";
    public const string Account = "account not allowed to send";
    public const string TooMuch = "too much e-mail for the server";
    public const string Greeting = "greeting refused";
    public const string Unavailable = "server not available";
    public const string Blocked = "this sender's network address is refused";
    public const string Tls = "TLS refused";

    /// <summary>Where a row names none: what it was that did not work.</summary>
    public static string At(SmtpStage stage) => stage switch
    {
        SmtpStage.Connect => "no connection",
        SmtpStage.Tls => Tls,
        SmtpStage.Auth => Login,
        _ => TooMuch
    };
}

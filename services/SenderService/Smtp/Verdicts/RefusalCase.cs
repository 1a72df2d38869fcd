using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Settings;

namespace Mail.SenderService.Smtp.Verdicts;

/// <summary>What the rows of the table are held against: one refusal, taken apart.</summary>
internal sealed class RefusalCase
{
    public RefusalCase(DeliveryAttempt attempt, SmtpOptions options)
    {
        Options = options;
        Fault = attempt.Fault;
        Stage = attempt switch
        {
            { Stage: SmtpStage.Connect, SaidHello: true } => SmtpStages.Ehlo,
            { Stage: SmtpStage.Connect } => SmtpStages.Connect,
            { Stage: SmtpStage.Tls } => SmtpStages.Tls,
            { Stage: SmtpStage.Auth } => SmtpStages.Auth,
            { Stage: SmtpStage.MailFrom } => SmtpStages.Mail,
            { Stage: SmtpStage.RcptTo } => SmtpStages.Rcpt,
            { Stage: SmtpStage.Data } => SmtpStages.Data,
            _ => SmtpStages.Dot
        };
        // Said by who issues access tokens, and not in a reply with a code.
        if (attempt is { Fault: SmtpFault.TokenRefused, Reply: { } said })
            Words = said;
        if (attempt is not { ReplyCode: >= 400 and < 600 and { } code, Reply: { } reply })
            return;
        Code = code;
        CodeText = reply.Length >= 3 ? reply[..3] : null;
        Enhanced = SmtpReply.Enhanced(reply);
        Words = ServerWords.WithPlaceholders(reply, attempt.Said, options);
    }

    public SmtpOptions Options { get; }

    public SmtpStages Stage { get; }

    public SmtpFault Fault { get; }

    /// <summary>The code of a refusal; null where the server did not refuse anything.</summary>
    public int? Code { get; }

    public string? CodeText { get; }

    public string? Enhanced { get; }

    /// <summary>The server's words without what the sender said itself.</summary>
    public string Words { get; } = "";
}

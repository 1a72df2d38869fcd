namespace Mail.SenderService.Smtp.Conversation;

/// <summary>How far a hand-over had come: the step that was being asked for when it ended.</summary>
public enum SmtpStage
{
    /// <summary>Resolving, connecting, the greeting, EHLO.</summary>
    Connect,

    /// <summary>STARTTLS and the TLS handshake.</summary>
    Tls,

    /// <summary>AUTH.</summary>
    Auth,

    /// <summary>MAIL FROM.</summary>
    MailFrom,

    /// <summary>RCPT TO, until the last recipient was answered.</summary>
    RcptTo,

    /// <summary>DATA, and the message up to its final dot.</summary>
    Data,

    /// <summary>From the final dot to its reply: what breaks off here may have been taken.</summary>
    EndOfData
}

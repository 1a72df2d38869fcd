namespace Mail.SenderService.Smtp.Verdicts;

/// <summary>The stages that a row is for.</summary>
[Flags]
public enum SmtpStages
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Up to the greeting, without the answer to EHLO.</summary>
    Connect = 1,

    /// <summary>The answer to EHLO or HELO.</summary>
    Ehlo = 2,

    /// <summary>STARTTLS and the handshake.</summary>
    Tls = 4,

    /// <summary>AUTH.</summary>
    Auth = 8,

    /// <summary>MAIL FROM.</summary>
    Mail = 16,

    /// <summary>RCPT TO.</summary>
    Rcpt = 32,

    /// <summary>DATA, and the message before its final dot.</summary>
    Data = 64,

    /// <summary>The answer to the final dot.</summary>
    Dot = 128,

    /// <summary>Before any e-mail was mentioned.</summary>
    Opening = Connect | Ehlo | Tls | Auth,

    /// <summary>From MAIL FROM on.</summary>
    Email = Mail | Rcpt | Data | Dot,

    /// <summary>The message itself.</summary>
    Message = Data | Dot,

    /// <summary>Any.</summary>
    Any = Opening | Email
}

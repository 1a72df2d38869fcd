namespace Mail.SenderService.Smtp.Conversation;

/// <summary>What ended a hand-over where it was not a clean reply of the server.</summary>
public enum SmtpFault
{
    /// <summary>Nothing broke: the server's reply says it all.</summary>
    None,

    /// <summary>The host name has no address.</summary>
    NotResolved,

    /// <summary>No address took the connection.</summary>
    NotConnected,

    /// <summary>STARTTLS is demanded and not offered. There is no fall-back to plain text.</summary>
    TlsNotOffered,

    /// <summary>The TLS handshake failed, but not for the certificate.</summary>
    TlsFailed,

    /// <summary>The server's certificate is not trusted, out of date or another host's.</summary>
    CertificateRefused,

    /// <summary>A login is configured and the server offers none that this sender speaks.</summary>
    LoginNotOffered,

    /// <summary>A login is configured and the server offers only ways of it that this sender does not speak.</summary>
    LoginNotSpoken,

    /// <summary>The server refused the login.</summary>
    LoginRefused,

    /// <summary>The login is an access token, and the server does not offer XOAUTH2.</summary>
    TokenNotTaken,

    /// <summary>The provider refuses to issue an access token.</summary>
    TokenRefused,

    /// <summary>The provider could not be asked for an access token, or could not answer.</summary>
    TokenNotReached,

    /// <summary>The message needs SMTPUTF8 (RFC 6531) and the server lacks it.</summary>
    NoSmtpUtf8,

    /// <summary>The message itself could not be written.</summary>
    Unsendable,

    /// <summary>The database refuses to hand out an attachment.</summary>
    AttachmentNotRead,

    /// <summary>A step took longer than <c>SMTP_TIMEOUT</c>.</summary>
    TimedOut,

    /// <summary>The server closed or reset the connection.</summary>
    Dropped,

    /// <summary>The server said what is not SMTP, or spoke out of turn.</summary>
    Garbage,

    /// <summary>Stopped by its caller before the final dot.</summary>
    Stopped,

    /// <summary>The sender was no longer sure of its claim, and kept the final dot back.</summary>
    CutOff
}

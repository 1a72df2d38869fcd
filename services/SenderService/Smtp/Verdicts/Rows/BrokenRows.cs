using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Settings;

namespace Mail.SenderService.Smtp.Verdicts.Rows;

/// <summary>
/// What broke without a refusal: the way to the server, the encryption, the login that is not offered, a conversation cut short.
/// </summary>
internal static class BrokenRows
{
    private const string Firewall = "Check SMTP_HOST and SMTP_PORT, and that the firewall lets outbound SMTP through.";
    private const string Slow = "Set SMTP_TIMEOUT=60, and check that the firewall lets outbound SMTP through.";
    private const string TriedAgain = "The server does not have the e-mail, and it is tried again by itself.";

    public static IReadOnlyList<VerdictRow> All { get; } =
    [
        new("own.stopped", VerdictKind.Server, SmtpStages.Any,
            "The sender was stopping. The e-mail went back unharmed, and the next sender takes it.", "SIGTERM in mid-conversation")
            { Faults = [SmtpFault.Stopped], Reason = "stopped" },
        new("own.cut-off", VerdictKind.Server, SmtpStages.Any,
            "The sender could not reach the database for 20 seconds, so its claims were no longer certain. Check the database and the "
            + "network to it.",
            "a stalled link to PostgreSQL")
            { Faults = [SmtpFault.CutOff], Reason = "cut off from the database" },
        new("email.needs-smtputf8", VerdictKind.EmailForGood, SmtpStages.Any,
            "Use an address in plain ASCII, or a server that offers SMTPUTF8.", "RFC 6531, 3.1")
            { Faults = [SmtpFault.NoSmtpUtf8] },
        new("email.unsendable", VerdictKind.EmailForGood, SmtpStages.Any,
            "The message could not be written. Check its addresses and headers.", "an address that is none")
            { Faults = [SmtpFault.Unsendable] },
        new("email.attachment-not-read", VerdictKind.EmailLater, SmtpStages.Any,
            "Check that the sender's database role may read mail.attachment and mail.attachment_piece, and the database's log for "
            + "a damaged "
            + $"table. {TriedAgain}",
            "a missing grant, a damaged page")
            { Faults = [SmtpFault.AttachmentNotRead] },

        new("connect.not-resolved", VerdictKind.Server, SmtpStages.Any, "Check SMTP_HOST.", "the host name has no address")
            { Faults = [SmtpFault.NotResolved], Reason = "host not found" },
        new("tls.certificate", VerdictKind.Server, SmtpStages.Any,
            "Set SMTP_HOST to the name that the server's certificate is for, or give this sender the authority that signed it "
            + "(SSL_CERT_FILE).",
            "RFC 8314, 3.1: certificates are checked")
            { Faults = [SmtpFault.CertificateRefused], Reason = "certificate not valid" },
        new("auth.not-spoken", VerdictKind.Account, SmtpStages.Any,
            "Use an account that may log in with a user and a password (an app password, SMTP AUTH). For a mailbox of Microsoft 365 set "
            + "SMTP_AUTH=microsoft, for one of Google Workspace SMTP_AUTH=google.",
            "AUTH XOAUTH2 alone")
            { Faults = [SmtpFault.LoginNotSpoken], Reason = Reasons.Login },
        new("auth.not-offered-in-the-open", VerdictKind.Account, SmtpStages.Any,
            "Providers offer a login over encrypted connections only: set SMTP_USE_TLS=true. For a local inbox, or a relay that needs no "
            + "login, set SMTP_AUTH=none.",
            "port 587 of a provider with SMTP_USE_TLS=false, which offers AUTH after STARTTLS alone")
        {
            Faults = [SmtpFault.LoginNotOffered],
            Settings = options => options.Security == SmtpSecurity.None,
            SettingsText = "plain text (SMTP_USE_TLS=false)",
            Reason = Reasons.Login
        },
        new("auth.not-offered", VerdictKind.Account, SmtpStages.Any,
            "Check SMTP_PORT, or set SMTP_AUTH=none if this server needs no login.", "port 25 of a provider, which offers no AUTH")
            { Faults = [SmtpFault.LoginNotOffered], Reason = Reasons.Login },

        new("tls.port-465-starttls", VerdictKind.Server, SmtpStages.Connect | SmtpStages.Ehlo | SmtpStages.Tls,
            "Port 465 is encrypted from the first byte: set SMTP_USE_TLS=false.", "the guide: port 465 with SMTP_USE_TLS=true")
        {
            Faults = [SmtpFault.TlsNotOffered, SmtpFault.TlsFailed, SmtpFault.TimedOut, SmtpFault.Dropped, SmtpFault.Garbage],
            Settings = options => options is { Port: 465, UseTls: true },
            SettingsText = "SMTP_PORT=465 with SMTP_USE_TLS=true",
            Reason = Reasons.Tls
        },
        // Such a server waits for the client, which waits for its greeting.
        new("tls.from-first-byte-elsewhere", VerdictKind.Server, SmtpStages.Connect | SmtpStages.Ehlo | SmtpStages.Tls,
            "Providers speak TLS from the first byte at this port, and this sender does so at port 465 alone: set SMTP_PORT=465 and "
            + "SMTP_USE_TLS=false. Or use a port with STARTTLS, 587 (also 2587 or 2525, if the provider has it), and leave SMTP_USE_TLS "
            + "out.",
            "Resend, Amazon SES and Scaleway at 2465; SMTP2GO at 8465 and 443")
        {
            Faults = [SmtpFault.TlsNotOffered, SmtpFault.TlsFailed, SmtpFault.TimedOut, SmtpFault.Dropped, SmtpFault.Garbage],
            Settings = options => options.Port is 443 or 2465 or 8465,
            SettingsText = "SMTP_PORT=443, 2465 or 8465",
            Reason = Reasons.Tls
        },
        new("tls.not-offered", VerdictKind.Server, SmtpStages.Any,
            "For port 587 use SMTP_USE_TLS=true (the default); for a server with TLS from the first byte SMTP_PORT=465 and "
            + "SMTP_USE_TLS=false. For a local inbox or a relay without TLS set SMTP_USE_TLS=false and SMTP_ALLOW_PLAINTEXT=true.",
            "a relay without STARTTLS")
            { Faults = [SmtpFault.TlsNotOffered], Reason = Reasons.Tls },
        new("tls.from-first-byte", VerdictKind.Server, SmtpStages.Any,
            "Does this port speak TLS from the first byte? For port 587 use SMTP_USE_TLS=true.",
            "the guide: port 587 with TLS from the first byte")
        {
            Faults = [SmtpFault.TlsFailed],
            Settings = options => options.Security == SmtpSecurity.Tls,
            SettingsText = "TLS from the first byte",
            Reason = Reasons.Tls
        },
        new("tls.failed", VerdictKind.Server, SmtpStages.Any,
            "The server and this sender share no version of TLS.", "a server that speaks TLS 1.0 alone")
            { Faults = [SmtpFault.TlsFailed], Reason = Reasons.Tls },

        new("connect.timed-out-587", VerdictKind.Server, SmtpStages.Opening,
            "Set SMTP_TIMEOUT=60. If 587 still times out, try SMTP_PORT=465 with SMTP_USE_TLS=false, and check that the firewall lets "
            + "outbound SMTP through.",
            "the guide: a firewall that swallows port 587")
        {
            Faults = [SmtpFault.TimedOut], Settings = options => options.Port == 587, SettingsText = "SMTP_PORT=587"
        },
        new("connect.timed-out", VerdictKind.Server, SmtpStages.Opening, Slow, "a firewall that swallows packets")
            { Faults = [SmtpFault.TimedOut] },
        new("connect.refused", VerdictKind.Server, SmtpStages.Any,
            $"{Firewall} Some platforms block 587: if so, use SMTP_PORT=465 and SMTP_USE_TLS=false.", "connection refused")
        {
            Faults = [SmtpFault.NotConnected], Settings = options => options.Port != 465, SettingsText = "SMTP_PORT other than 465"
        },
        new("connect.refused-465", VerdictKind.Server, SmtpStages.Any, Firewall, "connection refused")
            { Faults = [SmtpFault.NotConnected] },
        new("connect.broken", VerdictKind.Server, SmtpStages.Opening,
            "The server ended the conversation before it began. Check SMTP_HOST, SMTP_PORT and SMTP_USE_TLS; some servers do this to "
            + "addresses that they block.",
            "a server that drops the connection at its greeting")
            { Faults = [SmtpFault.Dropped, SmtpFault.Garbage] },

        new("email.timed-out-587", VerdictKind.EmailLater, SmtpStages.Email,
            $"Set SMTP_TIMEOUT=60. If 587 still times out, try SMTP_PORT=465 with SMTP_USE_TLS=false. {TriedAgain}",
            "a server that takes longer than SMTP_TIMEOUT")
        {
            Faults = [SmtpFault.TimedOut], Settings = options => options.Port == 587, SettingsText = "SMTP_PORT=587"
        },
        new("email.timed-out", VerdictKind.EmailLater, SmtpStages.Email, $"{Slow} {TriedAgain}",
            "a server that takes longer than SMTP_TIMEOUT")
            { Faults = [SmtpFault.TimedOut] },
        new("email.dropped", VerdictKind.EmailLater, SmtpStages.Email, TriedAgain,
            "RFC 5321, 4.1.1.4: a message without its end is discarded")
            { Faults = [SmtpFault.Dropped] },
        new("email.garbage", VerdictKind.EmailLater, SmtpStages.Email,
            $"The server said what is no SMTP; something between may alter the conversation. {TriedAgain}", "an inspecting firewall")
            { Faults = [SmtpFault.Garbage] },
    ];
}

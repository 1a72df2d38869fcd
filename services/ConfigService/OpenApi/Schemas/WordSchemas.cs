using Mail.ConfigService.Emails;
using Mail.Store;
using static Mail.ConfigService.OpenApi.Shape;

namespace Mail.ConfigService.OpenApi.Schemas;

/// <summary>Fields that hold one of a few words.</summary>
internal static class WordSchemas
{
    internal static IEnumerable<NamedSchema> All =>
    [
        new("EmailStatus", Word(
            "`pending`: the server does not have it. `sending`: a sender holds it. `sent`: the server answered 2xx to the end of DATA. `failed`: the server does not have it, for good. "
            + "`unknown`: the server may or may not have it; never sent again by itself. `cancelled`, `expired`: the server does not have it and never will.",
            EmailStatus.All)),
        new("EmailSource", Word(
            "Where an e-mail came from: an item of the config, a single e-mail, a test, or another e-mail whose server put some recipients off, so that they get this one.",
            EmailSource.Config, EmailSource.OneOff, EmailSource.Test, EmailSource.Remainder)),
        new("EmailForecast", Word(
            "What will become of a pending e-mail as things stand. `blocked`: no live sender could send it now. `held`: it is held back.",
            Forecast.OnTime, Forecast.Late, Forecast.Blocked, Forecast.Held)),
        new("CancelReason", Word(
            "Why an e-mail was cancelled. `superseded`: a save of the config replaced it. `removed`: a save took it back. `cancelled`: somebody cancelled it.",
            CancelReason.Superseded, CancelReason.Removed, CancelReason.Cancelled)),
        new("SaveAction", Word(
            "`kept`: nothing changed. `scheduled`: a new e-mail. `superseded`: a new e-mail in the place of one that was cancelled.",
            "kept", "scheduled", "superseded")),
        new("SmtpStage", Word("How far the conversation with the server had come.", "connect", "tls", "auth", "mail_from", "rcpt_to", "data", "end_of_data")),
        new("SmtpSecurity", Word("`starttls`: upgraded before anything is said. `tls`: from the first byte. `none`: plain text.", "starttls", "tls", "none")),
        new("SenderState", Word(
            "`ready`: takes e-mails. `unconfigured`: lacks settings, and takes none. `blocked`: the server refuses it or cannot be reached; it tries again by itself.",
            SenderState.Ready, SenderState.Unconfigured, SenderState.Blocked)),
    ];
}

using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.OAuth;
using Mail.SenderService.Smtp.Settings;
using Mail.SenderService.Smtp.Verdicts;
using MailKit.Net.Smtp;
using MimeKit;

namespace Mail.SenderService.Smtp.Connections;

/// <summary>MailKit's client, watched: it tells which step was answered and which recipients were refused.</summary>
internal sealed class SmtpSession : SmtpClient
{
    private readonly SmtpStream _wire;
    private readonly SmtpOptions _options;
    private List<RefusedRecipient> _refused = [];
    private OutgoingMessage? _envelope;
    private int _recipients;
    private int _accepted;
    private bool _utf8GivenUp;

    public SmtpSession(SmtpStream wire, SmtpOptions options)
    {
        _wire = wire;
        _options = options;
        LocalDomain = HelloName.For(options, wire.LocalEndPoint);
    }

    /// <summary>The step that is being asked for.</summary>
    public SmtpStage Stage => _wire.Clock.Stage;

    /// <summary>The recipients that were refused in this hand-over.</summary>
    public IReadOnlyList<RefusedRecipient> Refused => _refused;

    /// <summary>Whether every recipient was refused.</summary>
    public bool AllRefused => _refused.Count == _recipients;

    public SmtpStream Stream => _wire;

    /// <summary>What it logged in with, where that is an access token.</summary>
    public AccessToken? Token { get; init; }

    /// <summary>How many hand-overs were begun.</summary>
    public int Emails { get; private set; }

    /// <summary>What was said so far, for what a refusal quotes of it.</summary>
    public SaidBySender Said => new(
        _envelope?.Sender.Address, _envelope?.Recipients.Select(recipient => recipient.Address).ToList() ?? [], LocalDomain,
        _envelope?.Message.Subject);

    /// <summary>RFC 6531, 3.1: who offers SMTPUTF8 must offer 8BITMIME too.</summary>
    public bool CarriesUtf8 => Capabilities.HasFlag(SmtpCapabilities.UTF8 | SmtpCapabilities.EightBitMime);

    /// <summary>Whether this connection can carry such an e-mail, as far as it goes by SMTPUTF8.</summary>
    public bool IsFitFor(bool utf8) => !utf8 || !_utf8GivenUp;

    /// <summary>
    /// Gives SMTPUTF8 up, which MailKit can turn off but not on again. It would use it for any domain that is an IDN, and
    /// so fail at the next server that knows nothing of it, where punycode goes through.
    /// </summary>
    public void UsePunycode()
    {
        if (!Capabilities.HasFlag(SmtpCapabilities.UTF8))
            return;
        Capabilities &= ~SmtpCapabilities.UTF8;
        _utf8GivenUp = true;
    }

    /// <summary>Asks the server whether it is still there.</summary>
    public async Task<bool> IsAliveAsync()
    {
        try
        {
            await NoOpAsync(CancellationToken.None);
            return true;
        }
        catch (Exception dead) when (dead is IOException or SmtpCommandException or SmtpProtocolException)
        {
            return false;
        }
    }

    /// <summary>Begins a hand-over.</summary>
    public void Begin(OutgoingMessage envelope)
    {
        Emails++;
        _wire.Clock.Begin(SmtpStage.MailFrom);
        _envelope = envelope;
        _recipients = envelope.Recipients.Count;
        _accepted = 0;
        if (_refused.Count > 0)
            _refused = [];
    }

    /// <summary>Asks for TLS.</summary>
    /// <exception cref="SmtpTrouble">The server does not offer it.</exception>
    /// <exception cref="SmtpCommandException">The server refuses it.</exception>
    public async Task AskForTlsAsync()
    {
        if (!Capabilities.HasFlag(SmtpCapabilities.StartTLS))
            throw new SmtpTrouble(SmtpFault.TlsNotOffered, "the server does not offer STARTTLS");
        var reply = await SendCommandAsync("STARTTLS", CancellationToken.None);
        if (reply.StatusCode != SmtpStatusCode.ServiceReady)
            throw new SmtpCommandException(SmtpErrorCode.UnexpectedStatusCode, reply.StatusCode, reply.Response);
    }

    protected override void OnSenderAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) =>
        _wire.Clock.Next(SmtpStage.RcptTo);

    protected override void OnRecipientAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
    {
        _accepted++;
        Answered();
    }

    protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
    {
        // Asked for together with a sender that was refused (PIPELINING): what is said to the recipients says nothing of them.
        if (Stage == SmtpStage.MailFrom)
            return;
        var code = (int)response.StatusCode;
        _refused.Add(Judge(mailbox, code, SmtpReply.Compose(code, response.Response)));
        // RFC 5321, 3.8: after a 421 the server closes. There is no use in going on with those it took.
        if (response.StatusCode == SmtpStatusCode.ServiceNotAvailable)
            base.OnRecipientNotAccepted(message, mailbox, response);
        Answered();
    }

    private RefusedRecipient Judge(MailboxAddress mailbox, int code, string reply)
    {
        var row = VerdictTable.Find(new DeliveryAttempt(SmtpStage.RcptTo) { ReplyCode = code, Reply = reply, Said = Said }, _options);
        return new(mailbox.Address, code, reply)
        {
            Kind = row.Kind,
            Verdict = row.Id,
            Hint = row.Hint,
            Retry = row switch
            {
                { AtOnce: true } or { Kind: VerdictKind.Connection } => RecipientRetry.AtOnce,
                { Kind: VerdictKind.EmailForGood } => RecipientRetry.None,
                { Kind: VerdictKind.Email } when code >= 500 => RecipientRetry.None,
                _ => RecipientRetry.Later
            }
        };
    }

    // The size goes into MAIL FROM (RFC 1870). Counting needs no waiting; MailKit's asynchronous way costs more than the sending.
    protected override Task<long> GetSizeAsync(FormatOptions options, MimeMessage message, CancellationToken cancellationToken) =>
        Task.FromResult(GetSize(options, message, cancellationToken));

    private void Answered()
    {
        if (Stage == SmtpStage.RcptTo && _accepted > 0 && _accepted + _refused.Count == _recipients)
            _wire.Clock.Next(SmtpStage.Data);
    }
}

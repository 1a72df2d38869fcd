using System.Security.Cryptography.X509Certificates;
using Mail.Messages;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.OAuth;
using Mail.SenderService.Smtp.Settings;
using Mail.SenderService.Smtp.Verdicts;
using MimeKit;

namespace Mail.SenderService.Smtp.Connections;

/// <summary>
/// A connection to the server: opened when it is needed, used again for up to a hundred e-mails and ten idle seconds,
/// and looked at before that. One e-mail at a time.
/// </summary>
public sealed class SmtpConnection : IAsyncDisposable
{
    private const int MaxEmails = 100;
    private static readonly TimeSpan _maxIdle = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _trustedIdle = TimeSpan.FromSeconds(2);
    private readonly SmtpOptions _options;
    private readonly X509ChainPolicy? _trust;
    private readonly TimeProvider _time;
    private readonly ConnectGate _gate;
    private readonly ServerHabits _habits;
    private readonly AccessTokens? _tokens;
    private SmtpSession? _session;
    private long _used;

    internal SmtpConnection(
        SmtpOptions options, ConnectGate gate, ServerHabits habits, AccessTokens? tokens, X509ChainPolicy? trust, TimeProvider time)
    {
        _options = options;
        _gate = gate;
        _habits = habits;
        _tokens = tokens;
        _trust = trust;
        _time = time;
    }

    /// <summary>Whether the server takes fewer connections and this one waits to be tried again.</summary>
    internal bool IsAside { get; set; }

    /// <summary>Whether it has been idle for so long that it is to be closed.</summary>
    internal bool IsStale => _session is not null && _time.GetElapsedTime(_used) > _maxIdle;

    /// <summary>
    /// Builds an e-mail's message and hands it over, connecting first where need be. Never throws for what the e-mail, a
    /// server or the network does: the attempt says it.
    /// </summary>
    /// <param name="email">The e-mail.</param>
    /// <param name="date">When it is handed over, for its <c>Date</c>.</param>
    /// <param name="mayFinish">Asked as the last thing before the final dot; false drops the conversation.</param>
    /// <param name="untilData">
    /// Breaks it off, but not once the final dot is being written: from then on it runs to the reply or the time-out.
    /// </param>
    public async Task<DeliveryAttempt> HandOverAsync(
        OutgoingEmail email, DateTimeOffset date, Func<bool>? mayFinish = null, CancellationToken untilData = default)
    {
        MimeMessage message;
        IReadOnlyList<MailboxAddress> recipients;
        try
        {
            message = MessageBuilder.Build(email, _options.From, date);
            recipients = Mailboxes.Recipients(email);
        }
        catch (Exception unsendable) when (unsendable is FormatException or ArgumentException)
        {
            return new DeliveryAttempt(SmtpStage.MailFrom) { Fault = SmtpFault.Unsendable, Error = unsendable.Message };
        }

        using (message)
            return await HandOverAsync(message, recipients, mayFinish, untilData);
    }

    /// <summary>
    /// Hands a message over, as <see cref="HandOverAsync(OutgoingEmail, DateTimeOffset, Func{bool}?, CancellationToken)"/> does.
    /// </summary>
    /// <param name="message">The message; its transfer encodings are set to what the server takes.</param>
    /// <param name="recipients">The envelope's recipients.</param>
    /// <param name="mayFinish">Asked as the last thing before the final dot; false drops the conversation.</param>
    /// <param name="untilData">Breaks it off, but not once the final dot is being written.</param>
    public async Task<DeliveryAttempt> HandOverAsync(
        MimeMessage message, IReadOnlyList<MailboxAddress> recipients, Func<bool>? mayFinish, CancellationToken untilData)
    {
        var began = _time.GetTimestamp();
        var envelope = new OutgoingMessage(message, Mailboxes.Parse(_options.FromEmail), recipients);
        var reused = await IsUsableAsync(envelope.NeedsSmtpUtf8);
        var emails = _session?.Emails ?? 0;
        var seen = await AttemptAsync(envelope, mayFinish, untilData);
        // A connection that broke while it was idle shows it only now: before MAIL FROM was answered the e-mail has no part in that. And
        // what the server refuses to this connection, it may take over a new one. The e-mail's attempt is the one that follows.
        if (reused && IsConnectionsOwn(seen, out var ended))
        {
            if (ended is { } said && emails > 0)
                _habits.EndedAfter(emails, said);
            await CloseAsync();
            reused = false;
            seen = await AttemptAsync(envelope, mayFinish, untilData);
        }

        _used = _time.GetTimestamp();
        return seen with { Duration = _time.GetElapsedTime(began), Reused = reused };
    }

    /// <summary>Says QUIT, for a few seconds at most, and closes. The next hand-over connects anew.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync();

    /// <summary>Opens the connection, if it is not open.</summary>
    internal async Task<DeliveryAttempt> ProbeAsync(CancellationToken stop)
    {
        var began = _time.GetTimestamp();
        var seen = !await IsUsableAsync(utf8: false) && await _gate.EnterAsync(OpenAsync, stop) is { } failed
            ? failed
            : new DeliveryAttempt(SmtpStage.MailFrom);
        _used = _time.GetTimestamp();
        return seen with { Duration = _time.GetElapsedTime(began) };
    }

    private async Task<DeliveryAttempt> AttemptAsync(OutgoingMessage envelope, Func<bool>? mayFinish, CancellationToken untilData)
    {
        if (_session is null && await _gate.EnterAsync(OpenAsync, untilData) is { } failed)
            return failed;
        var open = _session!;
        if (!envelope.NeedsSmtpUtf8 && envelope.HasIdnDomain)
            open.UsePunycode();
        var seen = await SmtpConversation.RunAsync(open, envelope, mayFinish, untilData);
        if (seen.ReplyCode is 530 or 535 && open.Token is { } token)
            _tokens?.Refused(token);
        if (!open.IsConnected || seen.ReplyCode == 421)
            await CloseAsync();
        return seen;
    }

    // Only where the server certainly does not have the e-mail: it refused, or the conversation broke before anything was asked of it.
    private bool IsConnectionsOwn(DeliveryAttempt seen, out bool? saidWhy)
    {
        saidWhy = null;
        if (seen.Accepted)
            return false;
        if (seen.ReplyCode is not (>= 400 and < 600))
            return seen.Stage == SmtpStage.MailFrom && seen.Fault is SmtpFault.Dropped or SmtpFault.TimedOut or SmtpFault.Garbage;
        // The token was good when this connection logged in, and is not any more: a new connection has a new one.
        if (_tokens is not null && seen is { Stage: SmtpStage.MailFrom, ReplyCode: 530 or 535 })
            return true;
        var isOfConnection = VerdictTable.Find(seen, _options).Kind == VerdictKind.Connection;
        if (!isOfConnection && seen.ReplyCode != 421)
            return false;
        saidWhy = isOfConnection;
        return true;
    }

    // Whether there is a connection to go on with; one that is not fit for it is closed.
    private async Task<bool> IsUsableAsync(bool utf8)
    {
        if (_session is not { } open)
            return false;
        var isUsable = open.Token is null or { IsUsable: true }
            && open.Emails < Math.Min(MaxEmails, _habits.MaxEmails) && !IsStale && open.IsFitFor(utf8)
            && ((_time.GetElapsedTime(_used) < _trustedIdle && !open.Stream.HasInput) || await open.IsAliveAsync());
        if (!isUsable)
            await CloseAsync();
        return isUsable;
    }

    private async Task<DeliveryAttempt?> OpenAsync(CancellationToken stop)
    {
        var handshake = new SmtpHandshake(_options, _habits, _tokens, _trust, _time);
        try
        {
            _session = await handshake.RunAsync(stop);
            return null;
        }
        catch (Exception exception)
        {
            var seen = AttemptFailure.Describe(exception, handshake.Stage, handshake.Stream) with
            {
                Said = new(null, [], handshake.Hello, null),
            };
            handshake.Close();
            return handshake.Token is { } token ? Judge(token, seen with { Complaint = handshake.Complaint }) : seen;
        }
    }

    // A refusal for good is one of the token, as far as anyone can tell: the next attempt has another.
    private DeliveryAttempt Judge(AccessToken token, DeliveryAttempt seen)
    {
        if (seen is { Stage: SmtpStage.Auth, ReplyCode: >= 500 })
            _tokens?.Refused(token);
        return seen with { Reply = LoginSecrets.Hide(seen.Reply), Error = LoginSecrets.Hide(seen.Error) };
    }

    private async Task CloseAsync()
    {
        if (_session is not { } open)
            return;
        _session = null;
        await open.DisconnectAsync(quit: true, CancellationToken.None);
        open.Dispose();
    }
}

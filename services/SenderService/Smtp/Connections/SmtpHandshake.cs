using System.Security.Cryptography.X509Certificates;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.OAuth;
using Mail.SenderService.Smtp.Settings;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace Mail.SenderService.Smtp.Connections;

/// <summary>Opens a connection, up to where MAIL FROM may be said.</summary>
internal sealed class SmtpHandshake(
    SmtpOptions options, ServerHabits habits, AccessTokens? tokens, X509ChainPolicy? trust, TimeProvider time)
{
    private readonly StageClock _clock = new(SmtpStage.Connect);

    /// <summary>How far it has come.</summary>
    public SmtpStage Stage => _clock.Stage;

    /// <summary>The connection, as soon as there is one.</summary>
    public SmtpStream? Stream { get; private set; }

    /// <summary>The name in EHLO.</summary>
    public string Hello => HelloName.For(options, Stream?.LocalEndPoint);

    /// <summary>What it logs in with, where that is an access token and there is one.</summary>
    public AccessToken? Token { get; private set; }

    /// <summary>What the server said of the token before it refused it; null where it said nothing.</summary>
    public string? Complaint { get; private set; }

    public async Task<SmtpSession> RunAsync(CancellationToken stop)
    {
        if (tokens is not null)
        {
            // A part of the login, and before all else: a server does not wait for long for a client that waits for somebody else.
            _clock.Begin(SmtpStage.Auth);
            Token = await tokens.GetAsync(stop);
            _clock.Begin(SmtpStage.Connect);
        }

        Stream = new SmtpStream(
            await SmtpConnector.ConnectAsync(options.Host, options.Port, options.Timeout, habits, time, stop), options, _clock, time);
        Stream.Begin();
        await using var abort = stop.UnsafeRegister(static wire => ((SmtpStream)wire!).Abort(), Stream);
        switch (options.Security)
        {
            case SmtpSecurity.Tls:
                await EncryptAsync(Stream);
                break;
            case SmtpSecurity.Starttls:
                await StartTlsAsync(Stream);
                break;
        }

        var session = new SmtpSession(Stream, options) { Token = Token };
        await session.ConnectAsync(
            new MessageBlockStream(Stream), options.Host, options.Port, SecureSocketOptions.None, CancellationToken.None);
        // Zero says that there is no limit, RFC 1870, 4.
        habits.MaxMessageBytes = session is { Capabilities: var can, MaxSize: > 0 and var most } && can.HasFlag(SmtpCapabilities.Size)
            ? most
            : null;
        // With BDAT (RFC 3030) there would be no final dot to hold back.
        session.Capabilities &= ~(SmtpCapabilities.BinaryMime | SmtpCapabilities.Chunking);
        await LogInAsync(session, Stream);
        _clock.End();
        return session;
    }

    /// <summary>Closes what could not be opened to the end.</summary>
    public void Close()
    {
        _clock.End();
        if (Stream is null)
            return;
        Stream.LeaveOpen = false;
        Stream.Dispose();
    }

    // A client of its own says all that is in the open, and is let go of. The next one begins within TLS and has to ask
    // anew what the server can do: what was said before is not to be trusted (RFC 3207, 4.2).
    private async Task StartTlsAsync(SmtpStream wire)
    {
        wire.LeaveOpen = true;
        using (var preface = new SmtpSession(wire, options))
        {
            await preface.ConnectAsync(wire, options.Host, options.Port, SecureSocketOptions.None, CancellationToken.None);
            _clock.Next(SmtpStage.Tls);
            await preface.AskForTlsAsync();
        }

        wire.LeaveOpen = false;
        await EncryptAsync(wire);
        // There is no second greeting after STARTTLS, and MailKit waits for one.
        wire.Greeting = "220 encrypted\r\n"u8.ToArray();
    }

    private async Task EncryptAsync(SmtpStream wire)
    {
        if (Stage != SmtpStage.Tls)
            _clock.Next(SmtpStage.Tls);
        await Encryption.BeginAsync(wire, options.Host, trust);
        _clock.Next(SmtpStage.Connect);
    }

    private async Task LogInAsync(SmtpSession session, SmtpStream wire)
    {
        if (!options.LogsIn)
            return;
        _clock.Next(SmtpStage.Auth);
        // The second lock: such a sender is unconfigured and does not come here.
        if (!wire.IsEncrypted && !options.AllowPlaintext)
            throw new SmtpTrouble(SmtpFault.TlsNotOffered, "a login in plain text is not allowed");
        var offered = session.AuthenticationMechanisms;
        if (Token is not null)
        {
            await ShowTokenAsync(session, Token, offered);
            return;
        }

        var mechanisms = Login.InOrder(offered, wire.IsEncrypted);
        if (mechanisms.Count == 0)
        {
            throw offered.Count == 0
                ? new SmtpTrouble(SmtpFault.LoginNotOffered, "the server offers no login")
                : new SmtpTrouble(
                    SmtpFault.LoginNotSpoken,
                    $"the server takes a login by {string.Join(", ", offered.Order(StringComparer.Ordinal))} only");
        }

        // One login, one attempt: the next mechanism is asked for only where the server did not look at the password.
        var known = mechanisms.Where(name => !habits.UnknownMechanisms.ContainsKey(name)).ToList();
        await LogInAsync(session, wire, known.Count > 0 ? known : mechanisms);
    }

    private async Task ShowTokenAsync(SmtpSession session, AccessToken token, HashSet<string> offered)
    {
        if (!offered.Contains(TokenLogin.Name))
        {
            var others = offered.Count == 0 ? "no login" : $"a login by {string.Join(", ", offered.Order(StringComparer.Ordinal))} only";
            throw new SmtpTrouble(SmtpFault.TokenNotTaken, $"the server offers {others}");
        }

        var login = new TokenLogin(options.User, token);
        try
        {
            await session.AuthenticateAsync(login, CancellationToken.None);
        }
        finally
        {
            Complaint = login.Complaint;
        }
    }

    private async Task LogInAsync(SmtpSession session, SmtpStream wire, List<string> mechanisms)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                await session.AuthenticateAsync(Login.By(mechanisms[i], options), CancellationToken.None);
                return;
            }
            catch (AuthenticationException) when (i + 1 < mechanisms.Count && Login.IsUnknownMechanism(wire.Heard.Code, wire.Heard.Reply))
            {
                habits.UnknownMechanisms.TryAdd(mechanisms[i], true);
            }
        }
    }
}

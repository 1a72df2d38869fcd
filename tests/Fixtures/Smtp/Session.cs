using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Mail.Tests.Fixtures.Smtp;

/// <summary>One connection to a <see cref="ScriptedSmtp"/>.</summary>
internal sealed class Session(ScriptedSmtp server, Socket socket)
{
    private readonly Lines _lines = new(new NetworkStream(socket, ownsSocket: true));
    private readonly List<string> _to = [];
    private readonly int _number = server.Open();
    private string? _from;
    private string? _hello;
    private int _mails;
    private bool _encrypted;
    private bool _loggedIn;
    private string? _token;

    /// <summary>Thrown to leave the conversation from wherever it is.</summary>
    private sealed class Over : Exception;

    public async Task RunAsync()
    {
        socket.NoDelay = true;
        try
        {
            if (server.ImplicitTls)
                await EncryptAsync();
            await AnswerAsync(Step.Greeting, "220 scripted ESMTP");
            while (await _lines.ReadAsync(server.Closing) is { } line)
            {
                if (_lines.HasMore)
                    server.Reached(Step.Ahead);
                await ObeyAsync(line);
            }
        }
        catch (Exception ended)
            when (ended is Over or IOException or SocketException or OperationCanceledException or ObjectDisposedException
                or AuthenticationException)
        {
            // The connection is over, by either side.
        }
        finally
        {
            server.Close(_number);
            socket.Dispose();
        }
    }

    private async Task ObeyAsync(string line)
    {
        var command = line.Split(' ', 2)[0].ToUpperInvariant();
        switch (command)
        {
            case "EHLO" or "HELO":
                _hello = line.Split(' ', 2)[^1];
                await AnswerAsync(Step.Ehlo, Extensions());
                break;
            case "STARTTLS" when server.Certificate is not null:
                if (await AnswerAsync(Step.StartTls, "220 2.0.0 go ahead"))
                    await EncryptAsync();
                break;
            case "AUTH" when server.Login is not null:
                await LogInAsync(line);
                break;
            case "MAIL" when server.Login is not null && !_loggedIn:
                await AnswerAsync(Step.Mail, "530 5.7.0 Authentication required");
                break;
            case "MAIL" when _token is not null && server.Login?.TakesToken?.Invoke(_token) == false:
                server.Reached(Step.TokenOver);
                _lines.Say("530 5.7.57 Client not authenticated to send mail.");
                break;
            case "MAIL":
                _to.Clear();
                _mails++;
                _from = await AnswerAsync(Step.Mail, "250 2.1.0 Ok") ? Path(line) : null;
                break;
            case "RCPT" or "DATA" when _from is null:
                _lines.Say("503 5.5.1 need MAIL first");
                break;
            case "DATA" when _to.Count == 0:
                _lines.Say("554 5.5.1 no valid recipients");
                break;
            case "RCPT" when _to.Count >= server.MostRecipients:
                _lines.Say("452 4.5.3 Too many recipients");
                break;
            case "RCPT":
                if (await AnswerAsync(Step.Rcpt, "250 2.1.5 Ok", Path(line)))
                    _to.Add(Path(line));
                break;
            case "DATA":
                if (await AnswerAsync(Step.Data, "354 go ahead"))
                    await TakeAsync();
                break;
            case "RSET":
                _from = null;
                await AnswerAsync(Step.Rset, "250 2.0.0 Ok");
                break;
            case "NOOP":
                await AnswerAsync(Step.Noop, "250 2.0.0 Ok");
                break;
            case "QUIT":
                await AnswerAsync(Step.Quit, "221 2.0.0 Bye");
                await _lines.FlushAsync(server.Closing);
                throw new Over();
            default:
                _lines.Say("502 5.5.2 command not recognised");
                break;
        }
    }

    private async Task TakeAsync()
    {
        if (server.Script.At(Step.Body) is { } meanwhile)
        {
            await _lines.WaitForMoreAsync(server.Closing);
            server.Reached(Step.Body);
            await ReactAsync(meanwhile);
        }

        using var message = await _lines.ReadMessageAsync(server.Closing) ?? throw new Over();
        if (!await GoesOnAsync(Step.Dot))
            return;
        var raw = message.Bytes;
        var messageId = ReceivedEmail.Find(raw, "Message-ID") ?? "";
        server.Keep(new ReceivedEmail(server.IdsOnly ? [] : raw.ToArray(), _from!, [.. _to], messageId, TimeProvider.System.GetUtcNow()));
        _from = null;
        await AnswerAsync(Step.Kept, "250 2.0.0 Ok: queued", _to[0], () => server.Replies(messageId));
    }

    private async Task LogInAsync(string line)
    {
        var words = line.Split(' ');
        server.LogsIn(words[1]);
        var right = await server.Login!.IsProvenAsync(words[1], words.Length > 2 ? Decode(words[2]) : null, AskAsync);
        _token = words is [_, "XOAUTH2", var said] ? server.Login.Token(Decode(said)) : null;
        _loggedIn = await AnswerAsync(
            Step.Auth, right ? "235 2.7.0 Authentication successful" : "535 5.7.8 Username and Password not accepted")
            && right;
    }

    private async Task<string> AskAsync(string challenge)
    {
        _lines.Say($"334 {Convert.ToBase64String(Encoding.UTF8.GetBytes(challenge))}");
        return Decode(await _lines.ReadAsync(server.Closing) ?? throw new Over());
    }

    private static string Decode(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));

    private async Task EncryptAsync()
    {
        await _lines.FlushAsync(server.Closing);
        // Reads nothing, but waits for the client to begin.
        await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, server.Closing);
        if (!await GoesOnAsync(Step.Handshake))
            throw new Over();
        var tls = new SslStream(_lines.Stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = server.Certificate }, server.Closing);
        _lines.Stream = tls;
        _encrypted = true;
    }

    private string Extensions()
    {
        var all = new List<string>(["scripted", .. server.Extensions]);
        if (server.Certificate is not null && !_encrypted)
            all.Add("STARTTLS");
        if (server.Login is not null)
            all.Add($"AUTH {string.Join(' ', server.Mechanisms)}");
        return string.Join("\r\n", all.Select((extension, i) => $"250{(i == all.Count - 1 ? ' ' : '-')}{extension}"));
    }

    /// <summary>Replies as usual, if there is no exception. Returns whether it did.</summary>
    private async ValueTask<bool> AnswerAsync(string step, string usual, string? recipient = null, Action? before = null)
    {
        var reaction = server.Script.At(step, recipient);
        server.Reached(step);
        if (reaction is Reaction.Deciding deciding)
            reaction = deciding.Choice(Here(recipient));
        if (reaction is not null && !await ReactAsync(reaction))
            return false;
        before?.Invoke();
        if (reaction is not (Reaction.Saying or Reaction.Holding { Then: not null }))
            _lines.Say(usual);
        return true;
    }

    private async ValueTask<bool> GoesOnAsync(string step)
    {
        var reaction = server.Script.At(step);
        server.Reached(step);
        if (reaction is Reaction.Deciding deciding)
            reaction = deciding.Choice(Here(_to.FirstOrDefault()));
        return reaction is null || await ReactAsync(reaction);
    }

    private Visit Here(string? recipient) => new(server.Rank(_number), _mails, recipient, _hello);

    /// <summary>Returns whether to go on as usual.</summary>
    private async Task<bool> ReactAsync(Reaction reaction)
    {
        await _lines.FlushAsync(server.Closing);
        switch (reaction)
        {
            case Reaction.Holding holding:
                await holding.Until.WaitAsync(server.Closing);
                return holding.Then is null || await ReactAsync(holding.Then);
            case Reaction.Delaying delaying:
                await Task.Delay(delaying.Delay, server.Closing);
                return true;
            case Reaction.Stalling stalling:
                await Task.Delay(stalling.Length, server.Closing);
                break;
            case Reaction.Dripping dripping:
                await _lines.DripAsync(dripping, server.Closing);
                break;
            case Reaction.Dropping { Hard: true }:
                socket.LingerState = new LingerOption(true, 0);
                throw new Over();
            case Reaction.Saying saying:
                _lines.Say(saying.Words);
                await _lines.FlushAsync(server.Closing);
                if (!saying.ThenDrop)
                    return saying.AsUsual;
                break;
        }

        // Half-closed first, so that what was said arrives though there may be unread input.
        socket.Shutdown(SocketShutdown.Send);
        throw new Over();
    }

    private static string Path(string line) =>
        line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];
}

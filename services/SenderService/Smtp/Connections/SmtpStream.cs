using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Settings;

namespace Mail.SenderService.Smtp.Connections;

/// <summary>
/// The connection beneath MailKit. Every byte passes here in plain text, just before it is encrypted, so it is known what was said last and
/// whether the final dot has left, and the dot can be held back. MailKit's own TLS would hide that; hence <see cref="EncryptAsync"/>.
/// </summary>
internal sealed class SmtpStream(Socket socket, SmtpOptions options, StageClock clock, TimeProvider time) : AsyncStream
{
    private static readonly TimeSpan _courtesy = TimeSpan.FromSeconds(5);
    private readonly StepTimer _timer = new(options.Timeout, time);
    private readonly ReplyBuffer _heard = new();
    private readonly DotGuard _guard = new(socket);
    private Stream _inner = new NetworkStream(socket, ownsSocket: true);

    /// <summary>The step that the conversation is at.</summary>
    public StageClock Clock => clock;

    /// <summary>Whether the final dot may have left this machine.</summary>
    public bool DotLeft => _guard.DotLeft;

    /// <summary>Whether what is written is a part of the message, DATA having been answered.</summary>
    public bool IsInMessage => _guard.IsInMessage;

    /// <summary>Whether <see cref="Abort"/> came before the final dot.</summary>
    public bool IsAborted => _guard.IsAborted;

    /// <summary>Whether the other side closed the connection.</summary>
    public bool Ended { get; private set; }

    /// <summary>What the server said since the last write.</summary>
    public (int? Code, string? Reply) Heard => SmtpReply.Read(_heard.Raw);

    /// <summary>What the server said in closing and nobody waited for, such as a 421; nothing where it closed without a word.</summary>
    public (int? Code, string? Reply) Farewell { get; private set; }

    /// <summary>Whether there is something to read though nothing was asked: the server has closed, or is about to.</summary>
    public bool HasInput => socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Whether EHLO or HELO was said.</summary>
    public bool SaidHello { get; private set; }

    /// <summary>This end of the connection.</summary>
    public EndPoint? LocalEndPoint { get; } = socket.LocalEndPoint;

    /// <summary>Whether all is encrypted.</summary>
    public bool IsEncrypted => _inner is SslStream;

    /// <summary>Whether disposing leaves the connection open, for the next one to go on with.</summary>
    public bool LeaveOpen { get; set; }

    /// <summary>Read once in the server's stead.</summary>
    public byte[]? Greeting { get; set; }

    /// <summary>Begins a hand-over. Steps are bounded one by one, and all of them up to the final dot together.</summary>
    /// <param name="mayFinish">Asked as the last thing before the final dot; false keeps it back.</param>
    /// <param name="bytes">How large the message is, about: a large one may take longer.</param>
    public void Begin(Func<bool>? mayFinish = null, long bytes = 0)
    {
        _timer.Limit(options.MessageTimeout(bytes));
        _guard.Begin(mayFinish);
        Farewell = default;
    }

    /// <inheritdoc cref="DotGuard.Abort"/>
    public void Abort() => _guard.Abort();

    /// <summary>Encrypts all that follows.</summary>
    public async Task EncryptAsync(SslClientAuthenticationOptions tlsOptions)
    {
        var tls = new SslStream(_inner);
        _inner = tls;
        try
        {
            await tls.AuthenticateAsClientAsync(tlsOptions, _timer.Begin());
        }
        catch (Exception broken) when (BrokenStream.IsBreak(broken))
        {
            throw BrokenStream.ToTrouble(broken, _guard.IsAborted);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Greeting is { } greeting)
        {
            Greeting = null;
            greeting.CopyTo(buffer);
            return greeting.Length;
        }

        try
        {
            var count = await _inner.ReadAsync(buffer, _timer.Begin());
            Ended = count == 0;
            _heard.Add(buffer.Span[..count]);
            // MailKit gathers a reply in memory until it ends.
            return _heard.AreEndless ? throw new SmtpTrouble(SmtpFault.Garbage, "the server's reply does not end") : count;
        }
        catch (Exception broken) when (BrokenStream.IsBreak(broken))
        {
            throw BrokenStream.ToTrouble(broken, _guard.IsAborted);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var ends = await LetPass(buffer);
        if (_heard.AreFarewell)
            Farewell = Heard;
        if (!_guard.IsInMessage)
            _heard.Clear();
        Expect(buffer.Span, ends);
        try
        {
            await _inner.WriteAsync(buffer, _timer.Begin());
        }
        catch (Exception broken) when (BrokenStream.IsBreak(broken))
        {
            // One that took too long may yet have left.
            if (ends && broken is not OperationCanceledException)
            {
                _guard.DotRefused();
                clock.Begin(SmtpStage.Data);
            }

            if (broken is not OperationCanceledException)
                await HearOut();
            throw BrokenStream.ToTrouble(broken, _guard.IsAborted);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !LeaveOpen)
        {
            _inner.Dispose();
            _timer.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<bool> LetPass(ReadOnlyMemory<byte> buffer)
    {
        try
        {
            return _guard.LetPass(buffer.Span, _heard);
        }
        catch (SmtpTrouble early) when (early.Fault == SmtpFault.Garbage)
        {
            await HearOut();
            throw;
        }
    }

    // A server that closes has often said why, and what it said is still there to read.
    private async Task HearOut()
    {
        if (_guard.IsAborted)
            return;
        _timer.Limit(_courtesy);
        try
        {
            if (_heard.AreNoAnswer)
            {
                _heard.Clear();
                Ended = await ReadAsync(new byte[1024]) == 0;
            }
        }
        catch (SmtpTrouble)
        {
            Ended = true;
        }

        if (Heard.Code >= 400)
            Farewell = Heard;
    }

    private void Expect(ReadOnlySpan<byte> write, bool ends)
    {
        if (ends)
        {
            // RFC 5321, 4.5.3.2.6: a server may deliver before it answers, and who hangs up earlier has it delivered twice, or in doubt.
            _timer.Limit(options.FinalReplyTimeout, step: options.FinalReplyTimeout);
            clock.Next(SmtpStage.EndOfData);
        }
        else if (write.SequenceEqual("DATA\r\n"u8))
            _guard.ExpectMessage();
        else if (write.SequenceEqual("RSET\r\n"u8) || write.SequenceEqual("NOOP\r\n"u8) || write.SequenceEqual("QUIT\r\n"u8))
            _timer.Limit(_courtesy);
        else if (!SaidHello && (write.StartsWith("EHLO "u8) || write.StartsWith("HELO "u8)))
            SaidHello = true;
    }
}

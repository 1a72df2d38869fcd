using System.Net.Sockets;
using Mail.SenderService.Smtp.Connections;

namespace Mail.SenderService.Smtp.Conversation;

/// <summary>
/// Stands before the final dot. Until it is written the server does not have the e-mail and the conversation may be
/// dropped; once it is being written only the server's reply tells what became of it. One atomic exchange parts the two.
/// </summary>
internal sealed class DotGuard(Socket socket)
{
    private const int Open = 0, Finishing = 1, Aborted = 2;
    private int _state;
    private Func<bool>? _mayFinish;
    private FinalDot? _ahead;

    /// <summary>Whether the final dot may have left this machine.</summary>
    public bool DotLeft { get; private set; }

    /// <summary>Whether <see cref="Abort"/> came before the final dot.</summary>
    public bool IsAborted => Volatile.Read(ref _state) == Aborted;

    /// <summary>Whether what is written is the message.</summary>
    public bool IsInMessage => _ahead is not null;

    /// <summary>Begins a hand-over.</summary>
    /// <param name="finish">Asked as the last thing before the final dot; false keeps it back.</param>
    public void Begin(Func<bool>? finish)
    {
        _mayFinish = finish;
        Interlocked.CompareExchange(ref _state, Open, Finishing);
        DotLeft = false;
        _ahead = null;
    }

    /// <summary>DATA is written: what follows is the message.</summary>
    public void ExpectMessage() => _ahead = FinalDot.AfterData;

    /// <summary>
    /// Closes the socket, so that the server never sees the final dot: it sees a message without an end, which it must
    /// discard (RFC 5321, 4.1.1.4). Does nothing once the dot is being written.
    /// </summary>
    public void Abort()
    {
        if (Interlocked.CompareExchange(ref _state, Aborted, Open) == Open)
            socket.Dispose();
    }

    /// <summary>Looks at what is about to be written and at what was heard since DATA. Returns whether the message ends with it.</summary>
    /// <exception cref="SmtpTrouble">The message would end with it and must not.</exception>
    public bool LetPass(ReadOnlySpan<byte> write, ReplyBuffer heard)
    {
        if (_ahead is not { } dot)
            return false;
        var ends = dot.IsCompletedBy(write);
        _ahead = dot;
        if (!ends)
            return false;

        _ahead = null;
        // A server speaks here only to break off, or has closed already. Its words would be taken for the reply to the
        // dot: a 250 too many for an acknowledgement, a close for doubt. Without the dot there is no doubt.
        if (HasInput(socket, heard))
            throw new SmtpTrouble(SmtpFault.Garbage, "the server broke off before the end of the message");
        // As late as can be: from here to the socket there is no waiting.
        if (_mayFinish is not null && !_mayFinish())
            throw new SmtpTrouble(SmtpFault.CutOff, "the sender was cut off and kept the final dot back");
        if (Interlocked.CompareExchange(ref _state, Finishing, Open) != Open)
            throw new SmtpTrouble(SmtpFault.Stopped, "stopped before the final dot");
        return DotLeft = true;
    }

    /// <summary>The network refused the write that ends the message: its last bytes, the dot's, can't have left.</summary>
    public void DotRefused() => DotLeft = false;

    private static bool HasInput(Socket socket, ReplyBuffer heard)
    {
        if (!heard.AreGoAhead)
            return true;
        try
        {
            return socket.Poll(0, SelectMode.SelectRead);
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }
}

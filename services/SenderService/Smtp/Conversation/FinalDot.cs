namespace Mail.SenderService.Smtp.Conversation;

/// <summary>
/// Finds the end of a message, <c>CR LF . CR LF</c> (RFC 5321, 4.1.1.4), in what is written after DATA, however the
/// writes are cut. Within the message it can't occur: every line that begins with a dot was given a second one.
/// </summary>
internal struct FinalDot
{
    private const ulong FiveBytes = 0xFF_FFFF_FFFF;
    private const ulong End = 0x0D_0A_2E_0D_0A;
    private ulong _tail;

    /// <summary>Begins before the first byte of the message: the line break of the DATA command counts.</summary>
    public static FinalDot AfterData => new() { _tail = 0x0D_0A };

    /// <summary>Whether the message ends with this write.</summary>
    public bool IsCompletedBy(ReadOnlySpan<byte> write)
    {
        foreach (var octet in write.Length > 5 ? write[^5..] : write)
            _tail = ((_tail << 8) | octet) & FiveBytes;
        return _tail == End;
    }
}

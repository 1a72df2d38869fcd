using System.Text;

namespace Mail.Store;

/// <summary>How large the message of an e-mail is, before there is one. Pure.</summary>
public static class MessageSize
{
    // RFC 2045, 6.8: 76 characters a line, and its line break.
    private const int Line = 76;
    private const int LineBreak = 2;

    // Those that every message has: From, Date, Message-ID, MIME-Version, what servers look at, boundaries.
    private const int OwnHeaders = 1024;

    // Content-Type, Content-Transfer-Encoding, Content-Disposition, Content-ID and the boundary before them, without names.
    private const int PartHeaders = 384;

    // The longest way to write a byte of a file name is %C3 or a share of an encoded-word, in each of two headers.
    private const int NameBytes = 5;

    /// <summary>
    /// Bytes of the message at the most, encodings and headers and all: it may be some per cent smaller where a text can be sent as it is.
    /// </summary>
    public static long AtMost(EmailContent content)
    {
        long size = OwnHeaders + Header(content.Subject) + content.Headers.Sum(header => (long)header.Key.Length + Header(header.Value));
        foreach (var addresses in (ReadOnlySpan<List<string>>)[content.To, content.Cc, content.ReplyTo])
            size += addresses.Sum(address => (long)Header(address));
        foreach (var text in (ReadOnlySpan<string?>)[content.Text, content.Html])
            size += text is null ? 0 : PartHeaders + Text(text);
        // An invitation is there twice.
        return size + content.Attachments.Sum(attachment => Part(attachment) * (Invitation.Is(attachment) ? 2 : 1));
    }

    /// <summary>Bytes that so many bytes have in base64, in lines (RFC 2045, 6.8).</summary>
    public static long Base64(long bytes)
    {
        var characters = (bytes + 2) / 3 * 4;
        return characters + ((characters + Line - 1) / Line * LineBreak);
    }

    /// <summary>A size as people read it, and to the byte.</summary>
    public static string Describe(long bytes) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{bytes} bytes ({bytes / 1048576.0:0.##} MiB)");

    private static long Part(Attachment attachment) =>
        PartHeaders + (NameBytes * Encoding.UTF8.GetByteCount(attachment.Filename)) + attachment.ContentType.Length
        + Base64(attachment.Size);

    // An encoded-word has four characters for three bytes and twelve around each 63 (RFC 2047, 2).
    private static int Header(string value) =>
        16 + (Ascii.IsValid(value) ? value.Length + (value.Length / 32 * 3) : Encoding.UTF8.GetByteCount(value) * 2);

    private static long Text(string text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text) + text.AsSpan().Count('\n') + text.AsSpan().Count('\r') + LineBreak;
        return Ascii.IsValid(text) && LongestLine(text) <= HeaderLines.MaxLine ? bytes : Base64(bytes);
    }

    private static int LongestLine(string text)
    {
        var longest = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
            longest = Math.Max(longest, line.Length);
        return longest;
    }
}

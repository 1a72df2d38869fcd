using Mail.Store;
using MimeKit;

namespace Mail.Messages;

/// <summary>The source of a message, for people.</summary>
public static class MessageSource
{
    private static readonly FormatOptions _format = Format();

    /// <summary>
    /// Writes a message as it is written to a server that offers 8BITMIME (RFC 6152), as nearly all do: another transfer encoding is only
    /// chosen for what that does not allow.
    /// </summary>
    public static async Task WriteAsync(MimeMessage message, Stream stream, CancellationToken cancellationToken)
    {
        message.Prepare(EncodingConstraint.EightBit, HeaderLines.MaxLine);
        await message.WriteToAsync(_format, stream, cancellationToken);
    }

    private static FormatOptions Format()
    {
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        format.EnsureNewLine = true;
        return format;
    }
}

using System.Text;

namespace Mail.Tests.Fixtures.Smtp;

/// <summary>A message that the server kept.</summary>
/// <param name="Raw">Its bytes without the dots that were stuffed in; empty where only ids are kept.</param>
/// <param name="From">The envelope's sender.</param>
/// <param name="To">The envelope's recipients, those that were accepted.</param>
/// <param name="MessageId">Its Message-ID with the angle brackets, empty where it has none.</param>
/// <param name="ArrivedAt">When its final dot was read.</param>
public sealed record ReceivedEmail(byte[] Raw, string From, IReadOnlyList<string> To, string MessageId, DateTimeOffset ArrivedAt)
{
    /// <summary>The subject as it stands in the header.</summary>
    public string Subject => Header("Subject") ?? "";

    /// <summary>The whole message as text, each byte a character.</summary>
    public string Text => Encoding.Latin1.GetString(Raw);

    /// <summary>What follows the header.</summary>
    public string Body
    {
        get
        {
            var text = Text;
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            return end < 0 ? "" : text[(end + 4)..];
        }
    }

    /// <summary>A header's value, unfolded but not decoded; null where there is none.</summary>
    public string? Header(string name) => Find(Raw, name);

    internal static string? Find(ReadOnlySpan<byte> raw, string name)
    {
        while (!raw.IsEmpty && !raw.StartsWith("\r\n"u8))
        {
            var end = EndOfField(raw);
            var field = raw[..end];
            if (field.Length > name.Length && field[name.Length] == ':' && Ascii.EqualsIgnoreCase(field[..name.Length], name))
                return Encoding.UTF8.GetString(field[(name.Length + 1)..]).Replace("\r\n", "", StringComparison.Ordinal).Trim();
            raw = raw[end..];
        }

        return null;
    }

    // A line that begins with white space goes on with the one before (RFC 5322, 2.2.3).
    private static int EndOfField(ReadOnlySpan<byte> raw)
    {
        var end = 0;
        do
        {
            var line = raw[end..].IndexOf("\r\n"u8);
            if (line < 0)
                return raw.Length;
            end += line + 2;
        }
        while (end < raw.Length && raw[end] is (byte)' ' or (byte)'\t');
        return end;
    }
}

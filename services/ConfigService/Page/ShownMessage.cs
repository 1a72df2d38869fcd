using MimeKit;

namespace Mail.ConfigService.Page;

/// <summary>A message, for people.</summary>
/// <param name="Headers">Its header, as it is written.</param>
/// <param name="Parts">Its parts, in their order.</param>
/// <param name="Source">All of it; null where it is too large to be shown.</param>
/// <param name="IsCut">Whether the source goes on.</param>
/// <param name="Fault">Why it can't be built; null where it could.</param>
public sealed record ShownMessage(string Headers, IReadOnlyList<ShownPart> Parts, string? Source, bool IsCut, string? Fault = null)
{
    /// <summary>One that can't be built.</summary>
    internal static ShownMessage Broken(string fault) => new("", [], Source: null, IsCut: false, fault);

    /// <summary>One that was built.</summary>
    /// <param name="message">The message, prepared for the hand-over.</param>
    /// <param name="source">Its source.</param>
    /// <param name="isLarge">Whether its attachments were left out of it.</param>
    /// <param name="most">How many characters of the source are shown.</param>
    internal static ShownMessage From(MimeMessage message, string source, bool isLarge, int most)
    {
        var parts = new List<ShownPart>();
        Add(message.Body!, depth: 0, parts);
        var end = source.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return new(
            end < 0 ? source : source[..end], parts,
            isLarge ? null : source.Length > most ? source[..most] : source, !isLarge && source.Length > most);
    }

    private static void Add(MimeEntity entity, int depth, List<ShownPart> parts)
    {
        var part = entity as MimePart;
        parts.Add(new(
            depth, entity.ContentType.MimeType, entity.ContentType.Charset, part?.FileName, entity.ContentId,
            part?.ContentTransferEncoding is { } encoding and not ContentEncoding.Default ? NameOf(encoding) : null));
        if (entity is not Multipart multipart)
            return;
        foreach (var inner in multipart)
            Add(inner, depth + 1, parts);
    }

    // As RFC 2045, 6.1, names them.
    private static string NameOf(ContentEncoding encoding) => encoding switch
    {
        ContentEncoding.SevenBit => "7bit",
        ContentEncoding.EightBit => "8bit",
        ContentEncoding.QuotedPrintable => "quoted-printable",
        ContentEncoding.Base64 => "base64",
        _ => "binary",
    };
}

/// <summary>A part of a message (RFC 2046).</summary>
/// <param name="Depth">In how many others it stands.</param>
/// <param name="Type">Its media type.</param>
/// <param name="Charset">How its text is encoded; null where that is not said.</param>
/// <param name="Filename">Its name; null where it has none.</param>
/// <param name="ContentId">By which the HTML refers to it; null where it has none.</param>
/// <param name="Encoding">How its bytes travel; null for one that has parts itself.</param>
public sealed record ShownPart(int Depth, string Type, string? Charset, string? Filename, string? ContentId, string? Encoding);

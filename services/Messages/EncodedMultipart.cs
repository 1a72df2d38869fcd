using MimeKit;

namespace Mail.Messages;

/// <summary>
/// A multipart that is encoded once for a hand-over. MailKit writes a message twice, once to tell the server its size (RFC 1870) and once
/// to send it, and MimeKit would encode it each time, the second time with a task for every few bytes.
/// </summary>
internal sealed class EncodedMultipart(string subtype) : Multipart(subtype)
{
    private FormatOptions? _options;
    private byte[] _content = [];

    public override void WriteTo(FormatOptions options, Stream stream, bool contentOnly, CancellationToken cancellationToken = default)
    {
        if (contentOnly)
            stream.Write(Content(options), 0, _content.Length);
        else
            base.WriteTo(options, stream, contentOnly, cancellationToken);
    }

    public override Task WriteToAsync(
        FormatOptions options, Stream stream, bool contentOnly, CancellationToken cancellationToken = default) => contentOnly
        ? stream.WriteAsync(Content(options), 0, _content.Length, cancellationToken)
        : base.WriteToAsync(options, stream, contentOnly, cancellationToken);

    // MailKit has options of its own for each hand-over, which may be to another server and with other encodings.
    private byte[] Content(FormatOptions options)
    {
        if (_options == options)
            return _content;
        using var content = new MemoryStream();
        base.WriteTo(options, content, contentOnly: true, CancellationToken.None);
        (_options, _content) = (options, content.ToArray());
        return _content;
    }
}

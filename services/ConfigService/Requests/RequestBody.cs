using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Mail.ConfigService.Problems;

namespace Mail.ConfigService.Requests;

/// <summary>Reads a JSON body: bounded, and UTF-8.</summary>
internal static class RequestBody
{
    internal const int MaxBytes = 32 * 1024 * 1024;

    // A client that is cut off in mid-upload sees a reset instead of the refusal; so some more is read and thrown away.
    private const int MaxDiscarded = 96 * 1024 * 1024;

    internal static readonly JsonDocumentOptions Options = new() { MaxDepth = 32 };

    /// <summary>Reads the body; where it may be left out, an empty one counts as <c>{}</c>.</summary>
    /// <returns>Bytes that are there until the request is answered.</returns>
    internal static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, bool optional = false)
    {
        // Not decompressed: a body of a few bytes could become one of gigabytes.
        if (context.Request.Headers.ContentEncoding.Count > 0)
        {
            throw new ProblemException(
                ProblemCodes.UnsupportedContentEncoding, "The body is compressed: send it as it is, without Content-Encoding.");
        }

        var bytes = await BytesAsync(context);
        // Generated clients write null for a body that their caller left out.
        if (optional && bytes.Span.Trim(" \t\r\n"u8) is var text && (text.IsEmpty || text.SequenceEqual("null"u8)))
            bytes = "{}"u8.ToArray();
        else if (!IsJson(context.Request.ContentType))
        {
            throw new ProblemException(
                ProblemCodes.UnsupportedMediaType, "The body must be JSON in UTF-8: send Content-Type: application/json.");
        }

        if (!Utf8.IsValid(bytes.Span))
            throw new ProblemException(ProblemCodes.InvalidJson, "The body is not valid UTF-8.");
        return bytes;
    }

    /// <summary>For requests that take no fields: an empty body or <c>{}</c>.</summary>
    internal static async Task<ReadOnlyMemory<byte>> RefuseFieldsAsync(HttpContext context)
    {
        var (errors, body) = (new Errors(), await ReadAsync(context, optional: true));
        _ = new ObjectReader(body, errors);
        errors.Throw();
        return body;
    }

    /// <summary>Says where a text stops being JSON, as an editor counts: lines and characters from one.</summary>
    internal static ProblemException NoJson(string what, ReadOnlySpan<byte> text, JsonException exception)
    {
        if (text.Trim(" \t\r\n"u8).IsEmpty)
            return new(ProblemCodes.InvalidJson, $"{what} is empty, and must be a JSON object.");
        for (var line = exception.LineNumber ?? 0; line > 0; line--)
            text = text[(text.IndexOf((byte)'\n') + 1)..];
        var column = Encoding.UTF8.GetCharCount(text[..(int)Math.Min(exception.BytePositionInLine ?? 0, text.Length)]) + 1;
        return new(ProblemCodes.InvalidJson,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what} is not valid JSON: it cannot be read on from line {(exception.LineNumber ?? 0) + 1}, column {column}."));
    }

    // Callers that send a string often leave the type out, and there is only one.
    private static bool IsJson(string? contentType)
    {
        if (string.IsNullOrEmpty(contentType))
            return true;
        // RFC 9110, 5.6.6: parameters may be empty, which the framework's parser does not know.
        if (!System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(contentType.TrimEnd(' ', '\t', ';'), out var type)
            || type.MediaType is not { } media)
        {
            return false;
        }

        var json = media.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || media.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
        return json && (type.CharSet is null || type.CharSet.Trim('"').ToUpperInvariant() is "UTF-8" or "UTF8");
    }

    private static async Task<ReadOnlyMemory<byte>> BytesAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        var buffer = new BodyBuffer(context.RequestServices.GetRequiredService<BodyMemory>(), context.Request.ContentLength);
        context.Response.RegisterForDispose(buffer);
        var (total, refusal, isWhole) = (0L, (ProblemException?)null, false);
        while (!isWhole && total <= MaxDiscarded)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            total += read.Buffer.Length;
            if (total > MaxBytes)
                refusal ??= new(ProblemCodes.BodyTooLarge, "The body is larger than 32 MiB: send it in several requests.");
            refusal ??= await TryKeepAsync(buffer, read.Buffer, (int)total, context.RequestAborted);

            reader.AdvanceTo(read.Buffer.End);
            isWhole = read.IsCompleted;
        }

        if (refusal is null)
            return Bom(buffer.Written);
        if (!isWhole)
            DiscardedBody.Close(context);
        throw refusal;
    }

    /// <summary>Keeps what was read. Returns the refusal, if there is no memory for it.</summary>
    private static async Task<ProblemException?> TryKeepAsync(
        BodyBuffer buffer, ReadOnlySequence<byte> read, int total, CancellationToken cancellationToken)
    {
        try
        {
            await buffer.ReserveAsync(total, cancellationToken);
            foreach (var segment in read)
                buffer.Append(segment.Span);
            return null;
        }
        catch (ProblemException busy)
        {
            return busy;
        }
    }

    /// <summary>RFC 8259 section 8.1 lets a parser ignore a byte order mark.</summary>
    private static ReadOnlyMemory<byte> Bom(ReadOnlyMemory<byte> bytes) => bytes.Span.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
}

using System.Buffers.Binary;
using System.Buffers.Text;

namespace Mail.ConfigService.Requests;

/// <summary>
/// Where a list goes on: the sort key of the last item, not a count, so that what is inserted meanwhile neither hides an
/// item nor shows one twice.
/// </summary>
internal sealed record Cursor(long Position, Guid Id)
{
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[24];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Position);
        Id.TryWriteBytes(bytes[8..]);
        return Base64Url.EncodeToString(bytes);
    }

    internal static Cursor? Read(Query query, string name = "cursor")
    {
        // Callers that begin with an empty one mean the beginning.
        if (query.Value(name) is not { Length: > 0 } text)
            return null;
        Span<byte> bytes = stackalloc byte[24];
        // TryDecodeFromChars throws on what is no base64url.
        if (text.Length == 32 && Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, bytes, out var written) && written == 24
            && BinaryPrimitives.ReadInt64BigEndian(bytes) is >= 0 and var position && position <= DateTime.MaxValue.Ticks)
        {
            return new(position, new Guid(bytes[8..]));
        }

        query.Refuse(name, "is not a cursor of this list: use next_cursor of the page before, or leave it out");
        return null;
    }
}

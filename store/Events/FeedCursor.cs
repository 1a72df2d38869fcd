using System.Buffers.Binary;
using System.Buffers.Text;

namespace Mail.Store;

/// <summary>Where a reader of the feed goes on, as callers keep it.</summary>
/// <param name="Epoch">The run of history that the position belongs to.</param>
/// <param name="Position">The last event that was read, or the place up to which there were none.</param>
public sealed record FeedCursor(long Epoch, EventPosition Position)
{
    private const int Size = 32;

    /// <summary>43 characters of base64url (RFC 4648 section 5).</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Epoch);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Position.Xid);
        BinaryPrimitives.WriteInt64BigEndian(bytes[16..], Position.Id);
        BinaryPrimitives.WriteInt64BigEndian(bytes[24..], Position.At.ToUnixTimeMilliseconds());
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads one; null where the text is none.</summary>
    public static FeedCursor? Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[Size];
        // TryDecodeFromChars throws on what is no base64url.
        if (text.Length != Base64Url.GetEncodedLength(Size) || !Base64Url.IsValid(text)
            || !Base64Url.TryDecodeFromChars(text, bytes, out var written) || written != Size)
        {
            return null;
        }

        var (id, at) = (BinaryPrimitives.ReadInt64BigEndian(bytes[16..]), BinaryPrimitives.ReadInt64BigEndian(bytes[24..]));
        return id < 0 || at < 0 || at > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? null
            : new(
                BinaryPrimitives.ReadInt64BigEndian(bytes),
                new(BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]), id, DateTimeOffset.FromUnixTimeMilliseconds(at)));
    }
}

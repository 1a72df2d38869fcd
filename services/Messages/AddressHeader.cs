using System.Text;
using Mail.Store;
using MimeKit;

namespace Mail.Messages;

/// <summary>
/// The lines of a header that lists mailboxes. MimeKit's own have encoded-words longer than RFC 2047 allows.
/// </summary>
internal static class AddressHeader
{
    /// <summary>What follows the colon, line break and all. Names are written as they are, in quotes where need be, else encoded.</summary>
    public static string Write(string name, IReadOnlyList<MailboxAddress> mailboxes) =>
        HeaderLines.Fold(name, List(name, mailboxes, encoded: false)) ?? HeaderLines.Fold(name, List(name, mailboxes, encoded: true))!;

    private static string List(string header, IReadOnlyList<MailboxAddress> mailboxes, bool encoded)
    {
        var list = new StringBuilder();
        foreach (var mailbox in mailboxes)
        {
            // The first name begins behind the header's own, each other one may begin a line.
            var column = list.Length == 0 ? header.Length + 2 : 1;
            var name = MessageText.OneLine(mailbox.Name ?? "");
            var address = Mailboxes.IsAsciiBeforeTheAt(mailbox) ? MailboxAddress.EncodeAddrspec(mailbox.Address) : mailbox.Address;
            list.Append(list.Length == 0 ? "" : ", ");
            if (name.Length == 0)
            {
                list.Append(address);
                continue;
            }

            // Readers take a tab between quotes for a space.
            var asIs = !encoded && Ascii.IsValid(name) && !name.Contains('\t', StringComparison.Ordinal);
            list.Append(asIs ? Quote(name) : HeaderLines.Encode(name, column, " ").TrimStart()).Append(" <").Append(address).Append('>');
        }

        return list.ToString();
    }

    // RFC 5322, 3.2.4 and 3.2.5: a name of atoms with single spaces between them needs no quotes.
    private static string Quote(string name) =>
        name.Split(' ').All(atom => atom.Length > 0 && atom.All(IsOfAtom))
            ? name
            : string.Concat(
                "\"", name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal), "\"");

    private static bool IsOfAtom(char character) =>
        char.IsAsciiLetterOrDigit(character) || "!#$%&'*+-/=?^_`{|}~".Contains(character, StringComparison.Ordinal);
}

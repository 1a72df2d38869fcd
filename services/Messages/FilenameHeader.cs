using System.Globalization;
using System.Text;

namespace Mail.Messages;

/// <summary>
/// The lines of a Content-Disposition whose file name takes several of them (RFC 2231, 3). MimeKit's own divide names between any two
/// UTF-16 code units, and of a character that has two, such as an emoji, neither half can be read.
/// </summary>
internal static class FilenameHeader
{
    // Of the 78 characters that a line should have (RFC 5322, 2.1.1), the tab, "filename*", a number, "*=" and the semicolon take 15.
    private const int MaxSection = 78 - 15;

    /// <summary>What follows the colon, line break and all.</summary>
    /// <param name="disposition">The disposition type.</param>
    /// <param name="filename">The name.</param>
    public static string Write(string disposition, string filename)
    {
        var lines = new StringBuilder(" ").Append(disposition);
        var (section, number) = (new StringBuilder("utf-8''"), 0);
        foreach (var rune in filename.EnumerateRunes())
        {
            // What is left as it is (RFC 3986, 2.3) may stand so in a parameter (RFC 2231, 7).
            var character = Uri.EscapeDataString(rune.ToString());
            if (section.Length + character.Length > MaxSection)
            {
                Append(lines, number++, section);
                section.Clear();
            }

            section.Append(character);
        }

        return Append(lines, number, section).Append("\r\n").ToString();
    }

    private static StringBuilder Append(StringBuilder lines, int number, StringBuilder section) =>
        lines.Append(CultureInfo.InvariantCulture, $";\r\n\tfilename*{number}*=").Append(section);
}

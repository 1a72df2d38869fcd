using System.Globalization;
using System.Text;

namespace Mail.ConfigService.Attachments;

/// <summary>Which names a file may be sent under: those that every system can store, and that show what they are. Pure.</summary>
internal static class FilenameRules
{
    internal const int MaxCodePoints = 255;

    /// <summary>What is wrong with a name; null where nothing is.</summary>
    internal static string? Refuse(string name)
    {
        if (name.Length == 0)
            return "is empty";
        if (name.AsSpan().ContainsAny('/', '\\'))
            return "is a path: give the name of the file alone";
        if (name.EnumerateRunes().Any(IsHidden))
            return "has control, zero-width or bidirectional characters";
        if (char.IsWhiteSpace(name[0]) || char.IsWhiteSpace(name[^1]))
            return "begins or ends with a blank";
        if (name[^1] == '.')
            return "ends with a dot, which Windows would drop";
        return name.EnumerateRunes().Count() > MaxCodePoints ? $"is longer than {MaxCodePoints} characters" : null;
    }

    /// <summary>What follows the last dot, in lower case; empty where there is none.</summary>
    internal static string EndingOf(string name) =>
        name[(name.LastIndexOf('.') + 1)..] is var ending && ending.Length < name.Length ? ending.ToLowerInvariant() : "";

    // Format (Cf) has the zero-width and the bidirectional ones: one could show "exe.pdf" for a name that ends in "fdp.exe".
    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}

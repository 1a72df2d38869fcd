using Mail.ConfigService.Attachments;

namespace Mail.Tests.Decisions.ConfigService.Attachments;

/// <summary>Which names a file may be sent under.</summary>
public sealed class FilenameRulesTests
{
    public static TheoryData<string> Good =>
    [
        "invoice.pdf", "Prüfbericht Q1.pdf", "한국어 (계약서) [최종].pdf", "😀🎉.png", "עברית.pdf", "a b.txt", ".profile", "no-ending", "a..b",
        "50% off; \"now\".txt", "it's.txt", new string('x', 255), string.Concat(Enumerable.Repeat("😀", 255)), "Q1: report?.txt", "❤️.png",
    ];

    public static TheoryData<string> Bad =>
    [
        "", "a/b.txt", "..\\..\\x", "C:\\x.txt", "a\tb", "a\nb", "a\u0000b", "a\u007fb", "a\u0085b", "a\u200bb.txt", "a\u200db", "\ufeffa",
        "a\u202efdp.exe", "a\u2066b", "a\u061cb", "a\u2028b", "a\u00adb", " a.txt", "a.txt ", "\u00a0a", "\u3000a", "a.txt.", "a...", ".",
        "..", new string('x', 256), string.Concat(Enumerable.Repeat("long ", 200)) + ".png",
    ];

    [Theory]
    [MemberData(nameof(Good))]
    public void Names_in_any_language_are_taken(string name) => Assert.Null(FilenameRules.Refuse(name));

    [Theory]
    [MemberData(nameof(Bad))]
    public void Names_that_hide_something_or_leave_their_folder_are_not(string name) => Assert.NotNull(FilenameRules.Refuse(name));

    [Theory]
    [InlineData("a.EXE", "exe")]
    [InlineData("a.pdf.js", "js")]
    [InlineData("exe", "")]
    [InlineData(".exe", "exe")]
    public void The_ending_is_what_follows_the_last_dot(string name, string ending) => Assert.Equal(ending, FilenameRules.EndingOf(name));
}

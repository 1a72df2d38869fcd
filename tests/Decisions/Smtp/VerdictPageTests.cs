using System.Text;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Verdicts;

namespace Mail.Tests.Decisions.Smtp;

/// <summary><c>docs/smtp-verdicts.md</c> lists the table of verdicts as it is.</summary>
public sealed class VerdictPageTests
{
    private const string Begin = "<!-- rows -->";

    [Fact]
    public void The_page_lists_the_rows_as_they_are()
    {
        var page = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "smtp-verdicts.md"));
        var rows = Rows();
        var written = Path.Combine(AppContext.BaseDirectory, "smtp-verdicts.rows.md");
        File.WriteAllText(written, rows);

        Assert.True(
            page[(page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)..].Trim() == rows.Trim(),
            $"docs/smtp-verdicts.md is out of date: what belongs below '{Begin}' is in {written}");
    }

    private static string Rows()
    {
        var text = new StringBuilder(
            "| verdict | concerns | where | what it says | what to do | comes from |\n|---|---|---|---|---|---|\n");
        foreach (var row in VerdictTable.Rows)
        {
            text.AppendJoin(" | ", $"| `{row.Id}`", Concerns(row), Where(row), Says(row), Cell(row.Hint), $"{Cell(row.Case)} |")
                .Append('\n');
        }

        return text.ToString();
    }

    private static string Concerns(VerdictRow row) => row.Kind switch
    {
        VerdictKind.Email => "the e-mail, by the code",
        VerdictKind.EmailForGood => "the e-mail, for good",
        VerdictKind.EmailLater => "the e-mail, for now",
        VerdictKind.Connection => "the connection",
        VerdictKind.ConnectionCount => "the number of connections",
        VerdictKind.Pace => "the pace",
        VerdictKind.Account => "the account",
        VerdictKind.Greeting => "the greeting",
        _ => "the server"
    };

    private static string Where(VerdictRow row) => row.Stages switch
    {
        SmtpStages.Any => "anywhere",
        SmtpStages.Opening => "before MAIL",
        SmtpStages.Email => "from MAIL on",
        _ => row.Stages.ToString().ToUpperInvariant()
    };

    private static string Says(VerdictRow row)
    {
        var parts = new List<string>();
        if (row.Faults is { } faults)
            parts.Add(string.Join(", ", faults.Select(Words)));
        if (row.Codes is not null)
            parts.Add($"`{row.Codes}`");
        if (row.Enhanced is not null)
            parts.Add($"`{row.Enhanced}`");
        if (row.Words is not null)
            parts.Add("words");
        if (row.SettingsText is not null)
            parts.Add($"with {row.SettingsText}");
        return Cell(parts.Count == 0 ? "anything else" : string.Join(", ", parts));
    }

    private static string Words(SmtpFault fault) => string.Concat(fault.ToString()
        .Select((letter, at) => char.IsUpper(letter) ? (at == 0 ? "" : " ") + char.ToLowerInvariant(letter) : letter.ToString()));

    private static string Cell(string text) =>
        text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}

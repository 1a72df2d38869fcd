using System.Globalization;
using System.Text.RegularExpressions;
using Mail.Store;

namespace Mail.ConfigService.Page;

/// <summary>An e-mail as a row of a table (RFC 4180). Pure.</summary>
internal static partial class EmailRow
{
    // What a spreadsheet would take for a formula: https://owasp.org/www-community/attacks/CSV_Injection
    private const string Formula = "=+-@\t\r";

    /// <summary>The names of the columns.</summary>
    internal const string Head =
        "id,client_id,key,source,status,reason,to,cc,bcc,subject,scheduled_datetime,sent_at,attempts,smtp_reply,last_error,hint,"
        + "dismissed_at\r\n";

    /// <summary>The row, with its end.</summary>
    internal static string Write(ScheduledEmail email) => string.Join(',', new[]
    {
        email.Id.ToString(), email.ClientId, email.Key, email.Source, email.Status, email.Reason, string.Join("; ", email.To),
        string.Join("; ", email.Cc), string.Join("; ", email.Bcc), email.Subject, MailJson.Format(email.ScheduledDatetime),
        Time(email.SentAt), email.Attempts.ToString(CultureInfo.InvariantCulture), email.SmtpReply, email.LastError?.Reply,
        email.LastError?.Hint, Time(email.Dismissed?.At),
    }.Select(Cell)) + "\r\n";

    /// <summary>A value that a spreadsheet shows as it is.</summary>
    internal static string Cell(string? value)
    {
        if (string.IsNullOrEmpty(value))
            return "";
        if (Formula.Contains(value[0], StringComparison.Ordinal))
            value = $"'{value}";
        value = AfterSeparator().Replace(value, "${separator}'${formula}");
        return value.AsSpan().IndexOfAny(",\"\r\n'") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    // Where lists are separated by semicolons, a spreadsheet takes what follows one for a cell of its own.
    [GeneratedRegex(@"(?<separator>;\s*)(?<formula>[=+\-@\t\r])", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex AfterSeparator();

    private static string? Time(DateTimeOffset? time) => time is { } at ? MailJson.Format(at) : null;
}

using Mail.Hosting;

namespace Mail.SenderService.Smtp.Settings;

/// <summary>
/// Variables by which other programs have what a sender is told by its own. Nothing reads them, so whoever sets one has to be told:
/// <c>SMTP_SECURE=true</c> looks as if it did something.
/// </summary>
internal static class OtherNames
{
    // The other name and the one that is read. Two in one text: a text that is a variable's name alone is one that is read
    // (VariablesTests).
    private static readonly string[] _pairs =
    [
        "SMTP_SECURE SMTP_USE_TLS", "SMTP_SSL SMTP_USE_TLS", "SMTP_ENCRYPTION SMTP_USE_TLS", "SMTP_STARTTLS SMTP_USE_TLS",
        "SMTP_TLS SMTP_USE_TLS", "SMTP_USERNAME SMTP_USER", "SMTP_PASS SMTP_PASSWORD", "EMAIL_HOST_PASSWORD SMTP_PASSWORD",
        "SMTP_FROM SMTP_FROM_EMAIL", "MAIL_HOST SMTP_HOST", "SMTP_URL SMTP_HOST", "SMTP_DOMAIN SMTP_EHLO_NAME",
    ];

    /// <summary>A sentence for each that is set, with names only: a value may be a secret.</summary>
    /// <param name="get">A variable's value by its name, null where it is unset.</param>
    internal static List<string> SetIn(Func<string, string?> get) =>
    [
        .. _pairs.Select(pair => pair.Split(' '))
            .Where(names => SettingText.Trim(get(names[0]) ?? "").Length > 0)
            .Select(names => $"{names[0]} is set, and nothing reads it: see {names[1]}."),
    ];
}

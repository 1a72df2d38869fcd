namespace Mail.Messages;

/// <summary>Headers that the system sets itself, or that only a server may set.</summary>
internal static class ReservedHeaders
{
    private static readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase)
    {
        "From", "Sender", "To", "Cc", "Bcc", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version",
        "Received", "Return-Path", "Auto-Submitted", "DKIM-Signature"
    };

    public static bool Contains(string name) =>
        _names.Contains(name)
        || name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("ARC-", StringComparison.OrdinalIgnoreCase);
}

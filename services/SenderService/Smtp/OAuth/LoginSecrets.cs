using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Mail.SenderService.Smtp.OAuth;

/// <summary>
/// Takes a token out of what a server says. Some repeat the command that they do not understand, and with it the login.
/// </summary>
internal static partial class LoginSecrets
{
    /// <summary>The words, with whatever is as long as only a token can be left out.</summary>
    [return: NotNullIfNotNull(nameof(words))]
    public static string? Hide(string? words) => words is null ? null : Token().Replace(words, "[left out]");

    // Base64 in either alphabet, or several parts of it with dots between them. Hosts and paths of URLs are shorter.
    [GeneratedRegex(@"[A-Za-z0-9+/_.~=-]{64,}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Token();
}

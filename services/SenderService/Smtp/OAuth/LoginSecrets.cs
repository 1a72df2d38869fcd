using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Mail.SenderService.Smtp.OAuth;

/// <summary>
/// Takes a token out of what a server says, and the login of a proxy out of what .NET says. Some servers repeat the command that they do
/// not understand, and with it the login; .NET names a proxy by the whole URL of HTTPS_PROXY.
/// </summary>
internal static partial class LoginSecrets
{
    /// <summary>The words, with whatever is as long as only a token can be left out.</summary>
    [return: NotNullIfNotNull(nameof(words))]
    public static string? Hide(string? words) => words is null ? null : Token().Replace(words, "[left out]");

    /// <summary>
    /// The words, with each URL's user and password left out: all up to the last @ before the next URL, whatever a password has in it.
    /// </summary>
    public static string WithoutLogins(string words) =>
        string.Join("://", words.Split("://").Select((part, at) => at == 0 ? part : part[(part.LastIndexOf('@') + 1)..]));

    // Base64 in either alphabet, or several parts of it with dots between them. Hosts and paths of URLs are shorter.
    [GeneratedRegex(@"[A-Za-z0-9+/_.~=-]{64,}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Token();
}

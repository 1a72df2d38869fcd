using System.Text.RegularExpressions;

namespace Mail.Hosting;

internal static partial class UriParts
{
    /// <summary>
    /// A reference to another variable that a platform should have replaced by its value, as it is written (<c>${PGUSER}</c>,
    /// <c>${{Postgres.PGUSER}}</c>, <c>$(PGUSER)</c>); null where there is none.
    /// </summary>
    internal static string? Reference(string text) => References().Match(text) is { Success: true } found ? found.Value : null;

    /// <summary>
    /// Refuses a URI whose user or password has a character that ends that part of it (RFC 3986 section 3.2): what follows would be taken
    /// for something else, and the message would be about a port.
    /// </summary>
    /// <param name="variable">The variable that it is in.</param>
    /// <param name="rest">What follows <c>://</c>.</param>
    /// <param name="beside">Which variables may have user and password instead.</param>
    /// <exception cref="SettingException">There is one.</exception>
    internal static void RefuseRawCharacters(string variable, string rest, string beside)
    {
        var end = rest.AsSpan().IndexOfAny('/', '?', '#');
        if (end >= 0 && BeforeParameters(rest, end).LastIndexOf('@') > end)
        {
            throw new SettingException(
                $"{variable} can't be read: its user or password has a {rest[end]}. Percent-encode it ({Uri.HexEscape(rest[end])}), or "
                + $"leave both out and set {beside}.");
        }
    }

    // An @ in the value of a parameter ends no password.
    private static ReadOnlySpan<char> BeforeParameters(string rest, int end)
    {
        var parameters = rest.IndexOf('?', end);
        return parameters >= 0 && rest.IndexOf('=', parameters) is > 0 and var equals && rest.IndexOf('@', parameters) > equals
            ? rest.AsSpan(0, parameters)
            : rest;
    }

    [GeneratedRegex(@"\$\{\{?[^}]+\}?\}|\$\([A-Za-z_]\w*\)", RegexOptions.None, 1000)]
    private static partial Regex References();
}

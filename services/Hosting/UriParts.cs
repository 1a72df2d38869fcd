using System.Text.RegularExpressions;

namespace Mail.Hosting;

internal static partial class UriParts
{
    /// <summary>
    /// Refuses an address that has a reference in it to another variable, which a platform should have replaced by its value:
    /// <c>${PGUSER}</c>, <c>${{Postgres.PGUSER}}</c>, <c>$(PGUSER)</c>.
    /// </summary>
    /// <param name="variable">The variable that it is in.</param>
    /// <param name="text">Its value.</param>
    /// <exception cref="SettingException">There is one.</exception>
    internal static void RefuseReferences(string variable, string text)
    {
        if (References().Match(text) is { Success: true } found)
        {
            throw new SettingException(
                $"{variable} has {found.Value} in it, which nothing has replaced by a value: write the value itself.");
        }
    }

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

    /// <summary>
    /// Refuses what is shown in the place of a password by the pages that the address is copied from: <c>*****</c>,
    /// <c>[YOUR-PASSWORD]</c>, <c>{your_password}</c>.
    /// </summary>
    /// <param name="variable">The variable that it is in.</param>
    /// <param name="password">The password.</param>
    /// <exception cref="SettingException">It is none.</exception>
    internal static void RefusePlaceholder(string variable, string? password)
    {
        if (password is not null && Placeholder().IsMatch(password))
            throw new SettingException($"{variable} has a placeholder where its password belongs: write the password itself.");
    }

    // An @ in the value of a parameter ends no password. A ? that no @ stands before may be a character of the password itself.
    private static ReadOnlySpan<char> BeforeParameters(string rest, int end)
    {
        if (rest[end] == '?' && rest.IndexOf('@') > end)
            return rest;
        var parameters = rest.IndexOf('?', end);
        return parameters >= 0 && rest.IndexOf('=', parameters) is > 0 and var equals && rest.IndexOf('@', parameters) > equals
            ? rest.AsSpan(0, parameters)
            : rest;
    }

    [GeneratedRegex(@"\$\{\{?[^}]+\}?\}|\$\([A-Za-z_]\w*\)", RegexOptions.None, 1000)]
    private static partial Regex References();

    [GeneratedRegex(
        @"^(\*+|\[your[-_ ]?password\]|\{your[-_ ]?password\})$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Placeholder();
}

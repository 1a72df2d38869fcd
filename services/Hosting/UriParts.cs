namespace Mail.Hosting;

internal static class UriParts
{
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
        if (end >= 0 && rest.LastIndexOf('@') > end)
        {
            throw new SettingException(
                $"{variable} can't be read: its user or password has a {rest[end]}. Percent-encode it ({Uri.HexEscape(rest[end])}), or "
                + $"leave both out and set {beside}.");
        }
    }
}

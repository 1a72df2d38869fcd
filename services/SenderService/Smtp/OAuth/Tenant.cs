namespace Mail.SenderService.Smtp.OAuth;

/// <summary>
/// <c>SMTP_OAUTH_TENANT</c>, taken apart: the id or a domain of an organisation in Microsoft Entra, or the URL of its authority in a
/// national cloud. The URL of an endpoint below it, as the portal shows it, will do.
/// </summary>
/// <param name="Authority">The authority, such as <c>https://login.microsoftonline.com/contoso.onmicrosoft.com</c>.</param>
internal sealed record Tenant(Uri Authority)
{
    private const string Set = "set the directory (tenant) id, or a domain of the organisation";

    /// <summary>What a token has to be for: Exchange Online in the cloud of the authority.</summary>
    internal string Scope => Authority.Host switch
    {
        "login.microsoftonline.us" or "login.usgovcloudapi.net" => "https://outlook.office365.us/.default",
        "login.partner.microsoftonline.cn" or "login.chinacloudapi.cn" => "https://partner.outlook.cn/.default",
        _ => "https://outlook.office365.com/.default"
    };

    /// <summary>Takes it apart. A refusal ends a sentence that begins with the variable's name.</summary>
    internal static (Tenant? Tenant, string? Refusal) Parse(string text)
    {
        var (server, name) = ("https://login.microsoftonline.com", text);
        if (text.Contains("://", StringComparison.Ordinal))
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps || url.UserInfo.Length > 0)
                return (null, $"is a URL that can't be used: {Set}, or the https URL of its authority");
            (server, name) = (url.GetLeftPart(UriPartial.Authority), url.Segments.ElementAtOrDefault(1)?.TrimEnd('/') ?? "");
        }

        if (name.ToLowerInvariant() is "common" or "organizations" or "consumers")
            return (null, $"stands for any organisation, and an app logs in to its own: {Set}");
        if (Guid.TryParse(name, out var id))
            return (new(new Uri($"{server}/{id:D}")), null);
        return name.Contains('.', StringComparison.Ordinal) && Uri.CheckHostName(name) == UriHostNameType.Dns
            ? (new(new Uri($"{server}/{name.ToLowerInvariant()}")), null)
            : (null, $"is neither an id nor a domain: {Set}");
    }
}

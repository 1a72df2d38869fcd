using Mail.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace Mail.Tests.Page;

/// <summary>A site of somebody else's, whose page <c>shop.html</c> calls the API from the browser.</summary>
public static class ShopSite
{
    private static readonly string _page = Path.Combine(Repository.Root, "tests", "Page", "shop.html");

    public static Task<WebServer> StartAsync(Uri address) => WebServer.StartAsync(address, context =>
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.SendFileAsync(_page);
    });

    /// <summary>The same page under another name: the same site to people, another origin to browsers.</summary>
    public static Uri Other(Uri address) => new UriBuilder(address) { Host = "localhost" }.Uri;
}

using System.Net;
using Mail.Tests.Fixtures;

namespace Mail.Tests.Page;

/// <summary>A site of somebody else's, whose page <c>shop.html</c> calls the API from the browser.</summary>
public sealed class ShopSite : IAsyncDisposable
{
    private static readonly string _page = Path.Combine(Repository.Root, "tests", "Page", "shop.html");

    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public ShopSite(Uri address)
    {
        _listener.Prefixes.Add(address.ToString());
        // The same site to people, another origin to browsers.
        Other = new UriBuilder(address) { Host = "localhost" }.Uri;
        _listener.Prefixes.Add(Other.ToString());
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>The same page under another name, so of another origin.</summary>
    public Uri Other { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                context.Response.ContentType = "text/html; charset=utf-8";
                await context.Response.OutputStream.WriteAsync(await File.ReadAllBytesAsync(_page));
                context.Response.Close();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                // Stopped, or the browser went away.
            }
        }
    }
}

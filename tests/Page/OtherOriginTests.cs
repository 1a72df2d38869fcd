using Mail.Tests.Fixtures;

namespace Mail.Tests.Page;

/// <summary>A page of another site calls the API from the browser: what CORS lets it ask, and what it lets it read.</summary>
[Collection(PageTests.Name)]
public sealed class OtherOriginTests(PageSystem system, Browser browser) : IAsyncLifetime
{
    private WebServer? _shop;

    public async ValueTask InitializeAsync() => _shop = await ShopSite.StartAsync(system.Allowed);

    public ValueTask DisposeAsync() => _shop?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task A_page_of_an_allowed_origin_creates_lists_and_cancels_and_reads_headers_and_refusals()
    {
        await using var window = await OrderAsync(system.Allowed);
        await window.UntilAsync("[role=status]", "done");
        Assert.Equal(
            [
                "201 pending, at its Location: true, request shop-1",
                "replayed: true, the same: true",
                "listed: Your order",
                "moved: 200",
                "now it is cancelled",
                "409 too_late: Too late: the e-mail is cancelled.",
                "revision 1 has the ETag \"1\"",
                "kept, and 412 revision_mismatch",
                "401 unauthorized",
            ],
            await window.Page.Locator("li").AllInnerTextsAsync());
    }

    [Fact]
    public async Task A_page_of_another_origin_gets_nothing()
    {
        await using var window = await OrderAsync(ShopSite.Other(system.Allowed));
        await window.UntilAsync("[role=status]", "TypeError: Failed to fetch");
        Assert.Equal(0, await window.Page.Locator("li").CountAsync());
    }

    private async Task<Window> OrderAsync(Uri origin)
    {
        var client = PageSystem.NewClient();
        var key = await system.NewKeyAsync(client);
        var window = await browser.OpenAsync(origin);
        await window.Page.GotoAsync("/");
        await window.Page.GetByLabel("API").FillAsync(system.Site.GetLeftPart(UriPartial.Authority));
        await window.Page.GetByLabel("Key").FillAsync(key);
        await window.Page.GetByLabel("Client").FillAsync(client);
        await window.Page.GetByText("Order", new() { Exact = true }).ClickAsync();
        return window;
    }
}

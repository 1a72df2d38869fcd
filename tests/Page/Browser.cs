using Mail.Tests.Fixtures;
using Microsoft.Playwright;

namespace Mail.Tests.Page;

/// <summary>A headless Chromium.</summary>
public sealed class Browser : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout((float)Deadline.Soon.TotalMilliseconds);
        // Within the sandbox of a container, and as root, its own does not start.
        _browser = await _playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = await DistributionProgram.ChromiumAsync(), Args = ["--no-sandbox"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>A new window of someone who was never here before.</summary>
    public async Task<Window> OpenAsync(Uri site, BrowserNewContextOptions? options = null)
    {
        options ??= new();
        options.BaseURL = site.ToString();
        options.TimezoneId ??= "Europe/Berlin";
        options.Locale = "en-GB";
        var context = await _browser!.NewContextAsync(options);
        context.SetDefaultTimeout((float)Deadline.Soon.TotalMilliseconds);
        return new(context, await context.NewPageAsync(), site);
    }
}

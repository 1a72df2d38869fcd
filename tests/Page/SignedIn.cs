using Mail.Tests.Fixtures;
using Microsoft.Playwright;

namespace Mail.Tests.Page;

/// <summary>Tests that begin in a window in which the operator is signed in, and end with it having been quiet.</summary>
public abstract class SignedIn(PageSystem system, Browser browser) : IAsyncLifetime
{
    private Window? _window;

    protected PageSystem Running { get; } = system;

    protected Browser Browser { get; } = browser;

    /// <summary>A client that no other test has.</summary>
    protected string Client { get; } = PageSystem.NewClient();

    protected Window Window => _window ?? throw new InvalidOperationException("The window is opened before the test.");

    protected IPage Page => Window.Page;

    public async ValueTask InitializeAsync()
    {
        _window = await Browser.OpenAsync(Running.Site);
        await _window.SignInAsync(MailSystem.OperatorKey);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Window.AssertQuiet();
        await Window.DisposeAsync();
    }
}

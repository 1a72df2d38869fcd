using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Mail.Tests.Fixtures;
using Microsoft.Playwright;

namespace Mail.Tests.Page;

/// <summary>A browser's window: what it shows, and what went wrong in it.</summary>
public sealed class Window : IAsyncDisposable
{
    private static readonly string _pictures = Directory.CreateDirectory(Path.Combine(Repository.Root, "TestResults", "page")).FullName;

    private static readonly float _soon = (float)Deadline.Soon.TotalMilliseconds;

    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _troubles = new();

    internal Window(IBrowserContext context, IPage page, Uri site)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            // A 4xx that a test provokes is said here, too.
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
                _troubles.Enqueue($"{message.Text} (at {message.Location})");
        };
        page.PageError += (_, error) => _troubles.Enqueue(error);
        page.Dialog += async (_, dialog) =>
        {
            _troubles.Enqueue($"a dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
        context.RequestFinished += (_, request) => Asked(request);
        context.RequestFailed += (_, request) => Asked(request);

        // What the browser refuses because of the page's own policy is asked of nobody.
        void Asked(IRequest request)
        {
            if (!request.Url.StartsWith(site.ToString(), StringComparison.Ordinal)
                && !request.Url.StartsWith("data:", StringComparison.Ordinal) && request.Failure != "csp")
            {
                _troubles.Enqueue($"asked elsewhere: {request.Url} ({request.Failure})");
            }
        }
    }

    public IPage Page { get; }

    public IBrowserContext Context => _context;

    /// <summary>All the text that is to be seen.</summary>
    public Task<string> TextAsync() => Page.InnerTextAsync("body");

    public async Task SignInAsync(string key)
    {
        await Page.GotoAsync("/sign-in");
        await Page.GetByLabel("API key").FillAsync(key);
        await FollowAsync(Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }));
        await Assertions.Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Overview");
    }

    /// <summary>
    /// Clicks what leads to another page, and waits until the browser is there. What is looked at next is to be waited for.
    /// </summary>
    public Task FollowAsync(ILocator link) => FollowAsync(() => link.ClickAsync());

    /// <summary>The same, for what is done otherwise than by a click.</summary>
    public async Task FollowAsync(Func<Task> act)
    {
        var here = Page.Url;
        await act();
        await Assertions.Expect(Page).Not.ToHaveURLAsync(here, new() { Timeout = _soon });
        await LoadedAsync();
    }

    /// <summary>
    /// Waits until the browser is at an address that ends so. (Playwright's own WaitForURL now and then misses the navigation on a busy
    /// machine.)
    /// </summary>
    public async Task AtAsync(string end)
    {
        await Assertions.Expect(Page)
            .ToHaveURLAsync(new Regex($"{Regex.Escape(end)}$", RegexOptions.None, Deadline.Soon), new() { Timeout = _soon });
        await LoadedAsync();
    }

    /// <summary>Opens what is folded in behind a name, and pushes the button in it.</summary>
    public async Task ActAsync(string name, string button, Func<ILocator, Task>? fill = null)
    {
        await LoadedAsync();
        var action = Page.Locator("details.action", new() { Has = Page.Locator("summary", new() { HasTextString = name }) }).First;
        await action.Locator("summary").ClickAsync();
        if (fill is not null)
            await fill(action);
        await action.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
    }

    /// <summary>Waits until a region says so, without a reload.</summary>
    public async Task UntilAsync(string selector, string text)
    {
        await Assertions.Expect(Page.Locator(selector)).ToContainTextAsync(text, new() { Timeout = _soon });
        await LoadedAsync();
    }

    // Until its script has run, a page is shown and takes no keys.
    private Task LoadedAsync() => Page.WaitForLoadStateAsync(LoadState.DOMContentLoaded);

    /// <summary>Takes a picture for people to look at, under <c>TestResults/page</c>.</summary>
    public async Task PictureAsync(string name)
    {
        // A frame is painted once it has been in sight.
        foreach (var frame in await Page.Locator("iframe").AllAsync())
            await frame.ScrollIntoViewIfNeededAsync();
        await Page.EvaluateAsync("window.scrollTo(0, 0)");
        await Page.ScreenshotAsync(new() { Path = Path.Combine(_pictures, $"{name}.png"), FullPage = true });
    }

    /// <summary>Nothing that axe would mend.</summary>
    public async Task AssertAccessibleAsync(string name)
    {
        var violations = await ViolationsAsync();
        Assert.True(violations.Count == 0, $"{name}: {string.Join('\n', violations)}");
    }

    /// <summary>What axe would mend.</summary>
    /// <param name="rule">The only rule to look at; null for all of them.</param>
    public async Task<IReadOnlyList<string>> ViolationsAsync(string? rule = null)
    {
        // What an e-mail says is not ours; and a frame that runs no script does not answer.
        var options = new AxeRunOptions { Iframes = false };
        if (rule is not null)
            options.RunOnly = RunOnlyOptions.Rules(rule);
        var result = await Page.RunAxe(options);
        return
        [
            .. result.Violations.Select(violation => $"{violation.Impact} {violation.Id}: {violation.Help} at "
                + string.Join(", ", violation.Nodes.Select(node => node.Html))),
        ];
    }

    /// <summary>No error in its console, no dialog, and nothing asked of anyone else.</summary>
    /// <param name="but">What a console may say all the same has this in it.</param>
    public void AssertQuiet(string? but = null) =>
        Assert.DoesNotContain(_troubles, trouble => but is null || !trouble.Contains(but, StringComparison.Ordinal));

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}

using Mail.Tests.Fixtures;
using Microsoft.Playwright;

namespace Mail.Tests.Page;

/// <summary>What is done most often, with the keyboard alone.</summary>
[Collection(PageTests.Name)]
public sealed class KeyboardTests(PageSystem system, Browser browser) : IAsyncLifetime
{
    private readonly string _client = PageSystem.NewClient();
    private Window _window = null!;

    private IKeyboard Keyboard => _window.Page.Keyboard;

    // One signs in by it, too.
    public async ValueTask InitializeAsync()
    {
        _window = await browser.OpenAsync(system.Site);
        await _window.Page.GotoAsync("/sign-in");
        await Assertions.Expect(_window.Page.GetByLabel("API key")).ToBeFocusedAsync();
        await Keyboard.TypeAsync(MailSystem.OperatorKey);
        await Keyboard.PressAsync("Enter");
        await _window.AtAsync("/");
    }

    public async ValueTask DisposeAsync()
    {
        _window.AssertQuiet();
        await _window.DisposeAsync();
    }

    [Fact]
    public async Task An_email_is_looked_for_and_opened_with_a_slash_arrows_and_enter()
    {
        await system.CreateAsync(_client, subject: "The first", due: TimeSpan.FromHours(2));
        await system.CreateAsync(_client, subject: "The second", due: TimeSpan.FromHours(1));
        await TabToAsync("E-mails");
        await Keyboard.PressAsync("Enter");
        await _window.AtAsync("/emails");
        await Keyboard.PressAsync("/");
        await Keyboard.TypeAsync($"client:{_client}");
        await _window.FollowAsync(() => Keyboard.PressAsync("Enter"));
        await _window.UntilAsync("#total", "2 e-mails");
        await Keyboard.PressAsync("ArrowDown");
        await Keyboard.PressAsync("ArrowDown");
        await Keyboard.PressAsync("Enter");
        await _window.UntilAsync("h1", "The second");
    }

    [Fact]
    public async Task A_pending_one_is_cancelled()
    {
        await _window.Page.GotoAsync($"/emails/{await system.CreateAsync(_client)}");
        await Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the content", await FocusedAsync());
        await Keyboard.PressAsync("Enter");
        await ActAsync("Cancel", "Cancel this e-mail");
        await _window.UntilAsync(".notice", "Cancelled. It will never be sent.");
    }

    [Fact]
    public async Task A_pending_one_is_sent_now()
    {
        await _window.Page.GotoAsync($"/emails/{await system.CreateAsync(_client)}");
        await ActAsync("Send now", "Send it now");
        await _window.UntilAsync("#why", "the server answered 250");
    }

    [Fact]
    public async Task A_pending_one_is_moved()
    {
        var id = await system.CreateAsync(_client);
        await _window.Page.GotoAsync($"/emails/{id}");
        await ActAsync("Move", "New time");
        // Whichever of month and day comes first, and with half a day where there are two.
        foreach (var part in new[] { "07", "07", "2031" })
            await Keyboard.TypeAsync(part);
        await Keyboard.PressAsync("ArrowRight");
        await Keyboard.TypeAsync("093015a");
        await TabToAsync("Move it");
        await Keyboard.PressAsync("Enter");
        await _window.UntilAsync(".notice", "Moved.");
        Assert.Equal("2031-07-07T07:30:15.000Z", (string)(await system.Api.GetAsync($"scheduled-emails/{id}")).Json["scheduled_datetime"]!);
    }

    [Fact]
    public async Task A_failed_one_is_sent_again()
    {
        var id = await system.CreateFailedAsync(_client, $"nobody@{_client}.example", "550 5.1.1 no such user");
        system.Mail.Smtp.AsUsual();
        await _window.Page.GotoAsync($"/emails/{id}");
        await ActAsync("Resend", "Send it again");
        await _window.UntilAsync(".notice", "This is the new e-mail");
    }

    [Fact]
    public async Task A_failed_one_is_dismissed()
    {
        var id = await system.CreateFailedAsync(_client, $"nobody@{_client}.example", "550 5.1.1 no such user");
        system.Mail.Smtp.AsUsual();
        await _window.Page.GotoAsync($"/emails/{id}");
        await ActAsync("Dismiss", "Dismiss it");
        await _window.UntilAsync(".notice", "It no longer asks for a decision.");
    }

    [Fact]
    public async Task Some_of_a_list_are_selected_and_cancelled()
    {
        foreach (var subject in new[] { "One", "Two", "Three" })
            await system.CreateAsync(_client, $"ada@{_client}.example", subject);
        await _window.Page.GotoAsync($"/emails?q=client:{_client}");
        foreach (var subject in new[] { "Three", "Two" })
        {
            await TabToAsync($"Select {subject} to ada@{_client}.example");
            await Keyboard.PressAsync("Space");
        }

        await _window.UntilAsync("[data-selected]", "2 selected.");
        await TabToAsync("Cancel…", backwards: true);
        await Keyboard.PressAsync("Enter");
        await _window.UntilAsync("h1", "Cancel 2 e-mails?");
        await TabToAsync("Cancel 2");
        await Keyboard.PressAsync("Enter");
        await _window.UntilAsync("h1", "2 e-mails cancelled");
    }

    [Fact]
    public async Task A_client_is_held_back_and_released()
    {
        await system.CreateAsync(_client);
        await _window.Page.GotoAsync($"/clients/{_client}");
        await ActAsync("Hold back", "Reason");
        await Keyboard.TypeAsync("a dispute");
        await Keyboard.PressAsync("Enter");
        await _window.UntilAsync(".notice", "Held.");
        await TabToAsync("Release, after seeing what would go out");
        await Keyboard.PressAsync("Enter");
        await _window.UntilAsync("h1", "Release");
        await TabToAsync("Release");
        await Keyboard.PressAsync("Enter");
        await _window.UntilAsync(".notice", "Released.");
    }

    [Fact]
    public async Task A_client_is_looked_for_and_gets_a_key()
    {
        await system.CreateAsync(_client);
        await TabToAsync("Clients");
        await Keyboard.PressAsync("Enter");
        await _window.AtAsync("/clients");
        await TabToAsync("Client");
        await Keyboard.TypeAsync(_client);
        await Keyboard.PressAsync("Enter");
        await _window.UntilAsync("h1", _client);
        await ActAsync("New key", "Name");
        await Keyboard.TypeAsync("shop");
        await Keyboard.PressAsync("Enter");
        await _window.UntilAsync(".secret", "mail_");
    }

    [Fact]
    public async Task A_test_email_is_sent()
    {
        await TabToAsync("Check");
        await Keyboard.PressAsync("Enter");
        await _window.AtAsync("/check");
        await TabToAsync("To");
        await Keyboard.TypeAsync($"me@{_client}.example");
        await Keyboard.PressAsync("Enter");
        await _window.UntilAsync("#why", "the server answered 250");
    }

    // Opens what is folded in, and goes on to a field or a button in it, which it pushes.
    private async Task ActAsync(string name, string within)
    {
        await TabToAsync(name);
        await Keyboard.PressAsync("Enter");
        await TabToAsync(within);
        if (await _window.Page.EvaluateAsync<string>("document.activeElement.localName") == "button")
            await Keyboard.PressAsync("Enter");
    }

    private async Task TabToAsync(string name, bool backwards = false)
    {
        for (var presses = 0; await FocusedAsync() != name; presses++)
        {
            Assert.True(presses < 80, $"no way to {name}; at {await FocusedAsync()}");
            await Keyboard.PressAsync(backwards ? "Shift+Tab" : "Tab");
        }
    }

    private Task<string> FocusedAsync() => _window.Page.EvaluateAsync<string>("""
        () => {
          const focused = document.activeElement;
          return (focused.getAttribute('aria-label') ?? focused.labels?.[0]?.textContent ?? focused.textContent).trim();
        }
        """);
}

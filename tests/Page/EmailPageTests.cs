using Mail.Tests.Fixtures;
using Microsoft.Playwright;

namespace Mail.Tests.Page;

/// <summary>One e-mail: why it stands where it stands, and what can be done about it.</summary>
[Collection(PageTests.Name)]
public sealed class EmailPageTests(PageSystem system, Browser browser) : IAsyncLifetime
{
    private readonly string _client = PageSystem.NewClient();
    private Window _window = null!;

    private IPage Page => _window.Page;

    public async ValueTask InitializeAsync()
    {
        _window = await browser.OpenAsync(system.Site);
        await _window.SignInAsync(MailSystem.OperatorKey);
    }

    public async ValueTask DisposeAsync()
    {
        _window.AssertQuiet();
        await _window.DisposeAsync();
    }

    [Fact]
    public async Task It_says_why_first_and_then_what_happened_and_what_it_says()
    {
        var id = await system.CreateAsync(_client, text: "Hello plain Ada", html: "<h1>Hello <em>HTML</em> Ada</h1>");
        await Page.GotoAsync($"/emails/{id}");
        await _window.UntilAsync("#why", "Due in 59 min");
        await _window.UntilAsync("#timeline", "scheduled: single e-mail");
        await _window.UntilAsync("h3 + pre.body", "Hello plain Ada");
        await Assertions.Expect(Page.FrameLocator("iframe").GetByRole(AriaRole.Heading)).ToHaveTextAsync("Hello HTML Ada");
        await Page.GetByText("Headers", new() { Exact = true }).ClickAsync();
        await Assertions.Expect(Page.Locator("details[open] pre")).ToContainTextAsync("To: ada@example.com");
    }

    [Fact]
    public async Task Its_times_are_the_viewers_and_on_hover_in_UTC()
    {
        var id = await system.CreateAsync(_client);
        var due = DateTimeOffset.Parse((string)(await system.Api.GetAsync($"scheduled-emails/{id}")).Json["scheduled_datetime"]!, System.Globalization.CultureInfo.InvariantCulture);
        await Page.GotoAsync($"/emails/{id}");
        var time = Page.Locator("#facts time").First;
        await Assertions.Expect(time).ToHaveTextAsync(TimeZoneInfo.ConvertTimeBySystemTimeZoneId(due, "Europe/Berlin").ToString("yyyy-MM-dd HH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(due.ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", System.Globalization.CultureInfo.InvariantCulture), await time.GetAttributeAsync("title"));
        await _window.UntilAsync("footer", "Times are in Europe/Berlin");
    }

    [Fact]
    public async Task A_pending_one_is_cancelled_and_a_second_window_that_comes_too_late_is_told_so()
    {
        var id = await system.CreateAsync(_client);
        await Page.GotoAsync($"/emails/{id}");
        await using var another = await browser.OpenAsync(system.Site);
        await another.SignInAsync(MailSystem.OperatorKey);
        await another.Page.GotoAsync($"/emails/{id}");
        await another.Page.GetByText("Send now", new() { Exact = true }).ClickAsync();

        await _window.ActAsync("Cancel", "Cancel this e-mail");
        await _window.UntilAsync(".notice", "Cancelled. It will never be sent.");
        Assert.Equal("cancelled", (string)(await system.Api.GetAsync($"scheduled-emails/{id}")).Json["status"]!);

        // It follows by itself, and has nothing more to offer.
        await another.UntilAsync("#why", "It was cancelled before it was sent.");
        await Assertions.Expect(another.Page.Locator("#actions details")).ToHaveCountAsync(0);
        another.AssertQuiet();
    }

    [Fact]
    public async Task An_action_that_comes_too_late_says_where_the_email_stands()
    {
        var id = await system.CreateAsync(_client);
        await Page.GotoAsync($"/emails/{id}");
        // Nothing tells this window what happens meanwhile.
        await Page.RouteAsync($"**/emails/{id}", route => route.Request.Method == "GET" ? route.AbortAsync() : route.ContinueAsync());
        await system.Api.PostAsync($"scheduled-emails/{id}/send-now");
        await system.Api.EmailAsync(id, "sent");

        var answer = Page.WaitForResponseAsync(response => response.Request.Method == "POST");
        await _window.ActAsync("Cancel", "Cancel this e-mail");
        Assert.Equal(409, (await answer).Status);
        await _window.UntilAsync("[role=alert]", "Too late: the e-mail is sent.");
        await _window.UntilAsync("#why", "the server answered 250");
    }

    [Fact]
    public async Task Sent_now_it_is_followed_to_the_servers_reply()
    {
        var id = await system.CreateAsync(_client);
        await Page.GotoAsync($"/emails/{id}");
        await _window.ActAsync("Send now", "Send it now");
        await _window.UntilAsync("#why", "the server answered 250");
        await _window.UntilAsync("#timeline", "send_now");
        Assert.Equal("sent", (string)(await system.Api.GetAsync($"scheduled-emails/{id}")).Json["status"]!);
    }

    [Fact]
    public async Task It_is_moved_to_a_time_of_the_viewers_own_zone()
    {
        var id = await system.CreateAsync(_client);
        await Page.GotoAsync($"/emails/{id}");
        await _window.ActAsync("Move", "Move it", action => action.GetByLabel("New time").FillAsync("2031-07-01T09:30:15"));
        await _window.UntilAsync(".notice", "Moved.");
        // Summer time is two hours ahead.
        Assert.Equal("2031-07-01T07:30:15.000Z", (string)(await system.Api.GetAsync($"scheduled-emails/{id}")).Json["scheduled_datetime"]!);

        await _window.ActAsync("Move", "Move it", action => action.GetByLabel("New time").FillAsync("2011-07-01T09:30:15"));
        await _window.UntilAsync("[role=alert]", "is more than an hour ago");
    }

    [Fact]
    public async Task A_failed_one_says_the_servers_words_and_is_sent_again()
    {
        var id = await system.CreateFailedAsync(_client, $"nobody@{_client}.example", "550 5.1.1 no such user");
        await Page.GotoAsync($"/emails/{id}");
        await _window.UntilAsync("#why", "The server refused it for good at rcpt_to: 550 5.1.1 no such user.");
        system.Mail.Smtp.AsUsual();
        await _window.ActAsync("Resend", "Send it again");
        await _window.UntilAsync(".notice", "This is the new e-mail");
        await _window.UntilAsync("#why", "the server answered 250");
        Assert.NotEqual(id, Page.Url.Split('/')[^1].Split('?')[0]);
    }

    [Fact]
    public async Task One_in_doubt_warns_before_it_is_sent_again()
    {
        var id = await system.CreateUnknownAsync(_client, $"doubt@{_client}.example");
        await Page.GotoAsync($"/emails/{id}");
        await _window.UntilAsync("#why", "The server may or may not have it");
        await Page.GetByText("Resend", new() { Exact = true }).ClickAsync();
        await _window.UntilAsync("#actions", "the recipient may then get it twice");
        system.Mail.Smtp.AsUsual();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Send it again" }).ClickAsync();
        await _window.UntilAsync("#why", "the server answered 250");
    }

    [Fact]
    public async Task One_that_there_is_not_is_not_found()
    {
        Assert.Equal(404, (await Page.GotoAsync($"/emails/{Guid.CreateVersion7()}"))!.Status);
        await _window.UntilAsync("main", "There is no e-mail with this id.");
    }
}

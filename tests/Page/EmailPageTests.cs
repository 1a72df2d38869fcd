using Mail.Tests.Fixtures;
using Microsoft.Playwright;

namespace Mail.Tests.Page;

/// <summary>One e-mail: why it stands where it stands, and what can be done about it.</summary>
[Collection(PageTests.Name)]
public sealed class EmailPageTests(PageSystem system, Browser browser) : SignedIn(system, browser)
{
    [Fact]
    public async Task It_says_why_first_and_then_what_happened_and_what_it_says()
    {
        var id = await Running.CreateAsync(Client, text: "Hello plain Ada", html: "<h1>Hello <em>HTML</em> Ada</h1>");
        await Page.GotoAsync($"/emails/{id}");
        await Window.UntilAsync("#why", "Due in 59 min");
        await Window.UntilAsync("#timeline", "scheduled: single e-mail");
        await Window.UntilAsync("h3 + pre.body", "Hello plain Ada");
        await Assertions.Expect(Page.FrameLocator("iframe").GetByRole(AriaRole.Heading)).ToHaveTextAsync("Hello HTML Ada");
        await Page.GetByText("Headers", new() { Exact = true }).ClickAsync();
        await Assertions.Expect(Page.Locator("details[open] pre")).ToContainTextAsync("To: ada@example.com");
    }

    [Fact]
    public async Task Its_times_are_the_viewers_and_on_hover_in_UTC()
    {
        var id = await Running.CreateAsync(Client);
        var due = DateTimeOffset.Parse(
            (string)(await Running.Api.GetAsync($"scheduled-emails/{id}")).Json["scheduled_datetime"]!,
            System.Globalization.CultureInfo.InvariantCulture);
        await Page.GotoAsync($"/emails/{id}");
        var time = Page.Locator("#facts time").First;
        await Assertions.Expect(time).ToHaveTextAsync(TimeZoneInfo.ConvertTimeBySystemTimeZoneId(due, "Europe/Berlin")
            .ToString("yyyy-MM-dd HH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(
            due.ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", System.Globalization.CultureInfo.InvariantCulture),
            await time.GetAttributeAsync("title"));
        await Window.UntilAsync("footer", "Times are in Europe/Berlin");
    }

    [Fact]
    public async Task A_pending_one_is_cancelled_and_a_secondWindow_that_comes_too_late_is_told_so()
    {
        var id = await Running.CreateAsync(Client);
        await Page.GotoAsync($"/emails/{id}");
        await using var another = await Browser.OpenAsync(Running.Site);
        await another.SignInAsync(MailSystem.OperatorKey);
        await another.Page.GotoAsync($"/emails/{id}");
        await another.Page.GetByText("Send now", new() { Exact = true }).ClickAsync();

        await Window.ActAsync("Cancel", "Cancel this e-mail");
        await Window.UntilAsync(".notice", "Cancelled. It will never be sent.");
        Assert.Equal("cancelled", (string)(await Running.Api.GetAsync($"scheduled-emails/{id}")).Json["status"]!);

        // It follows by itself, and has nothing more to offer.
        await another.UntilAsync("#why", "It was cancelled before it was sent.");
        await Assertions.Expect(another.Page.Locator("#actions details")).ToHaveCountAsync(0);
        another.AssertQuiet();
    }

    [Fact]
    public async Task An_action_that_comes_too_late_says_where_the_email_stands()
    {
        var id = await Running.CreateAsync(Client);
        await Page.GotoAsync($"/emails/{id}");
        // Nothing tells this window what happens meanwhile.
        await Page.RouteAsync($"**/emails/{id}", route => route.Request.Method == "GET" ? route.AbortAsync() : route.ContinueAsync());
        await Running.Api.PostAsync($"scheduled-emails/{id}/send-now");
        await Running.Api.EmailAsync(id, "sent");

        var answer = Page.WaitForResponseAsync(response => response.Request.Method == "POST");
        await Window.ActAsync("Cancel", "Cancel this e-mail");
        Assert.Equal(409, (await answer).Status);
        await Window.UntilAsync("[role=alert]", "Too late: the e-mail is sent.");
        await Window.UntilAsync("#why", "the server answered 250");
    }

    [Fact]
    public async Task Sent_now_it_is_followed_to_the_servers_reply()
    {
        var id = await Running.CreateAsync(Client);
        await Page.GotoAsync($"/emails/{id}");
        await Window.ActAsync("Send now", "Send it now");
        await Window.UntilAsync("#why", "the server answered 250");
        await Window.UntilAsync("#timeline", "send now");
        Assert.Equal("sent", (string)(await Running.Api.GetAsync($"scheduled-emails/{id}")).Json["status"]!);
    }

    [Fact]
    public async Task It_is_moved_to_a_time_of_the_viewers_own_zone()
    {
        var id = await Running.CreateAsync(Client);
        await Page.GotoAsync($"/emails/{id}");
        await Window.ActAsync("Move", "Move it", action => action.GetByLabel("New time").FillAsync("2031-07-01T09:30:15"));
        await Window.UntilAsync(".notice", "Moved.");
        // Summer time is two hours ahead.
        Assert.Equal(
            "2031-07-01T07:30:15.000Z", (string)(await Running.Api.GetAsync($"scheduled-emails/{id}")).Json["scheduled_datetime"]!);

        await Window.ActAsync("Move", "Move it", action => action.GetByLabel("New time").FillAsync("2011-07-01T09:30:15"));
        await Window.UntilAsync("[role=alert]", "is more than an hour ago");
    }

    [Fact]
    public async Task A_failed_one_says_the_servers_words_and_is_sent_again()
    {
        var id = await Running.CreateFailedAsync(Client, $"nobody@{Client}.example", "550 5.1.1 no such user");
        await Page.GotoAsync($"/emails/{id}");
        await Window.UntilAsync("#why", "The server refused it for good at a recipient: 550 5.1.1 no such user.");
        Running.Mail.Smtp.AsUsual();
        await Window.ActAsync("Resend", "Send it again");
        await Window.UntilAsync(".notice", "This is the new e-mail");
        await Window.UntilAsync("#why", "the server answered 250");
        Assert.NotEqual(id, Page.Url.Split('/')[^1].Split('?')[0]);
    }

    [Fact]
    public async Task One_in_doubt_warns_before_it_is_sent_again()
    {
        var id = await Running.CreateUnknownAsync(Client, $"doubt@{Client}.example");
        await Page.GotoAsync($"/emails/{id}");
        await Window.UntilAsync("#why", "The server may or may not have it");
        await Page.GetByText("Resend", new() { Exact = true }).ClickAsync();
        await Window.UntilAsync("#actions", "the recipient may then get it twice");
        Running.Mail.Smtp.AsUsual();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Send it again" }).ClickAsync();
        await Window.UntilAsync("#why", "the server answered 250");
    }

    [Fact]
    public async Task A_failed_one_is_dismissed_and_another_is_sent_to_somebody_else()
    {
        var id = await Running.CreateFailedAsync(Client, $"nobody@{Client}.example", "550 5.1.1 no such user");
        await Page.GotoAsync($"/emails/{id}");
        await Window.ActAsync("Dismiss", "Dismiss it");
        await Window.UntilAsync(".notice", "It no longer asks for a decision.");
        await Window.UntilAsync("#why", "Dismissed by operator");
        Running.Mail.Smtp.AsUsual();
        await Window.ActAsync("Resend", "Send it again", action => action.GetByLabel("To somebody else instead").FillAsync("no address"));
        await Window.UntilAsync("[role=alert]", "The new recipient");
        await Window.ActAsync(
            "Resend", "Send it again", action => action.GetByLabel("To somebody else instead").FillAsync($"grace@{Client}.example"));
        await Window.UntilAsync("#facts", $"grace@{Client}.example");
        await Window.UntilAsync("#why", "the server answered 250");
    }

    [Fact]
    public async Task One_that_there_is_not_is_not_found()
    {
        Assert.Equal(404, (await Page.GotoAsync($"/emails/{Guid.CreateVersion7()}"))!.Status);
        await Window.UntilAsync("main", "There is no e-mail with this id.");
    }
}

using System.Net;
using System.Text.RegularExpressions;
using Mail.Tests.Fixtures;
using Microsoft.Playwright;

namespace Mail.Tests.Page;

/// <summary>A client at a glance.</summary>
[Collection(PageTests.Name)]
public sealed class ClientGlanceTests(PageSystem system, Browser browser) : SignedIn(system, browser)
{
    [Fact]
    public async Task Its_numbers_lead_to_as_many_rows_and_it_says_what_is_next_and_who_saved_last()
    {
        var due = Api.In(TimeSpan.FromMinutes(50));
        (await Running.Api.PutAsync($"client/{Client}/email-config", Api.Config(Api.Item("one", due), Api.Item("two", due))))
            .Expect(HttpStatusCode.OK);
        foreach (var _ in Enumerable.Range(0, 3))
            await Running.Api.EmailAsync(await Running.CreateAsync(Client, due: TimeSpan.Zero), "sent");
        await Running.CreateFailedAsync(Client, $"nobody@{Client}.example", "550 5.1.1 no such user");
        Running.Mail.Smtp.AsUsual();
        await Page.GotoAsync($"/clients/{Client}");
        foreach (var (words, count) in new[] { ("pending", 2), ("sent, due in 24 hours", 3), ("failed, due in 7 days", 1) })
        {
            await Window.FollowAsync(Page.Locator("#numbers a", new() { HasTextString = words }));
            await Assertions.Expect(Page.Locator("td.wide a")).ToHaveCountAsync(count);
            await Page.GoBackAsync();
        }

        await Assertions.Expect(Page.Locator("#facts")).ToContainTextAsync(new Regex("in 4[0-9] min", RegexOptions.None, Deadline.Soon));
        await Window.UntilAsync("#facts", "by operator");
        await Window.UntilAsync("#facts", "not held back");
        await Assertions.Expect(Page.Locator("#next a")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task A_new_key_is_copied_by_a_button_and_its_last_use_is_said()
    {
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await Page.GotoAsync($"/clients/{Client}");
        await Window.ActAsync("New key", "Make a key", action => action.GetByLabel("Name").FillAsync("shop"));
        var key = await Page.Locator(".secret").InnerTextAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Copied" })).ToBeVisibleAsync();
        Assert.Equal(key, await Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        await Page.GotoAsync($"/clients/{Client}");
        await Window.UntilAsync("table.keys", "never used");
        using var api = Running.Mail.ApiOf(0, key);
        (await api.GetAsync($"client/{Client}/scheduled-emails")).Expect(HttpStatusCode.OK);
        await Deadline.UntilAsync(
            async () =>
            {
                await Page.ReloadAsync();
                return await Page.InnerTextAsync("table.keys");
            },
            text => !text.Contains("never used", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_there_is_not_is_a_page_of_its_own_with_the_way_back()
    {
        Assert.Equal(404, (await Page.GotoAsync("/clients/typo"))!.Status);
        await Window.UntilAsync("[role=alert]", "Nothing is known of a client called typo.");
        await Assertions.Expect(Page.Locator("#numbers")).ToHaveCountAsync(0);
        await Window.FollowAsync(Page.GetByRole(AriaRole.Link, new() { Name = "look for the right one" }));
        await Window.AtAsync("/clients");
    }
}

using Mail.Tests.Fixtures;
using Microsoft.Playwright;

namespace Mail.Tests.Page;

/// <summary>Looking for e-mails.</summary>
[Collection(PageTests.Name)]
public sealed class EmailsPageTests(PageSystem system, Browser browser) : SignedIn(system, browser)
{
    [Fact]
    public async Task They_are_found_by_recipient_subjectClient_key_status_and_time()
    {
        var (ada, bob) = ($"Ada.Lovelace@{Client}.example", $"bob@{Client}.example");
        await Running.Api.PutAsync($"client/{Client}/email-config", Api.Config(
            Api.Item(
                "first-key", DateTimeOffset.Parse("2031-07-01T10:00:00+02:00", System.Globalization.CultureInfo.InvariantCulture),
                $"Ada <{ada}>", $"{Client} Rechnung"),
            Api.Item(
                "second-key", DateTimeOffset.Parse("2032-01-01T10:00:00+01:00", System.Globalization.CultureInfo.InvariantCulture), bob,
                $"{Client} Mahnung")));
        await Running.CreateFailedAsync(Client, $"nobody@{Client}.example", "550 5.1.1 no such user", $"{Client} Absage");
        Running.Mail.Smtp.AsUsual();

        await AssertFindsAsync(["Rechnung"], ("Recipient", ada.ToUpperInvariant()));
        await AssertFindsAsync(["Mahnung", "Absage", "Rechnung"], ("Recipient", $"@{Client}."));
        await AssertFindsAsync(["Rechnung"], ("Recipient", $"lovelace@{Client}"));
        await AssertFindsAsync(["Mahnung"], ("Subject contains", $"{Client.ToUpperInvariant()} mahn"));
        await AssertFindsAsync(["Rechnung", "Mahnung", "Absage"], ("Client", Client));
        await AssertFindsAsync(["Mahnung"], ("Client", Client), ("Key", "second-key"));
        await AssertFindsAsync(["Absage"], ("Client", Client), ("failed", ""));
        await AssertFindsAsync(["Rechnung", "Mahnung"], ("Client", Client), ("pending", ""));
        // The viewer's own time: two hours ahead in summer.
        await AssertFindsAsync(
            ["Rechnung"], ("Client", Client), ("Due from", "2031-07-01T09:59:59"), ("Due before", "2031-07-01T10:00:01"));
        await AssertFindsAsync(["Rechnung"], ("Recipient", ada), ("Due from", "2031-07-01T09:59:59"));
        await AssertFindsAsync([], ("Recipient", ada), ("Due from", "2031-07-01T10:00:01"));
        await AssertFindsAsync([], ("Recipient", $"nobody-else@{Client}.example"));
    }

    [Fact]
    public async Task Many_are_seen_page_by_page_each_once()
    {
        var emails = new System.Text.Json.Nodes.JsonArray();
        for (var number = 0; number < 120; number++)
        {
            emails.Add(
                Api.Item(key: null, Api.In(TimeSpan.FromMinutes(60 + number)), $"many@{Client}.example", $"No. {number} of {Client}"));
        }

        (await Running.Api.PostAsync(
            $"client/{Client}/scheduled-emails/batch", new System.Text.Json.Nodes.JsonObject { ["emails"] = emails }))
            .Expect(System.Net.HttpStatusCode.Created);

        foreach (var search in new[]
        {
            $"client={Client}", $"recipient=many@{Client}.example", $"subject=of+{Client}", $"client={Client}&status=pending",
        })
        {
            var seen = new List<string>();
            await Page.GotoAsync($"/emails?{search}");
            var (rows, more) = (Page.Locator("td.wide a"), Page.GetByRole(AriaRole.Link, new() { Name = "More" }));
            foreach (var count in new[] { 50, 50, 20 })
            {
                if (seen.Count > 0)
                    await Window.FollowAsync(more);
                await Assertions.Expect(rows).ToHaveCountAsync(count);
                seen.AddRange(await rows.AllInnerTextsAsync());
            }

            await Assertions.Expect(more).ToHaveCountAsync(0);
            Assert.Equal((search, 120, 120), (search, seen.Count, seen.Distinct().Count()));
        }
    }

    [Fact]
    public async Task A_time_that_is_none_is_refused_and_said()
    {
        Assert.Equal(422, (await Page.GotoAsync("/emails?from=yesterday"))!.Status);
        await Window.UntilAsync("[role=alert]", "/from is not a time");
        Assert.Equal(422, (await Page.GotoAsync("/emails?q=due:whenever"))!.Status);
        await Window.UntilAsync("[role=alert]", "due:whenever is no time");
    }

    [Fact]
    public async Task A_line_finds_what_its_terms_say_and_a_chip_takes_one_away()
    {
        await Running.CreateFailedAsync(Client, $"nobody@{Client}.example", "550 5.1.1 no such user", $"{Client} Absage");
        Running.Mail.Smtp.AsUsual();
        await Running.CreateAsync(Client, $"ada@{Client}.example", $"{Client} Rechnung");
        await Page.GotoAsync("/emails");
        await Page.Keyboard.PressAsync("/");
        await Page.Keyboard.TypeAsync($"client:{Client} status:failed reason:\"no such user\"");
        await Window.FollowAsync(() => Page.Keyboard.PressAsync("Enter"));
        await Window.UntilAsync("#total", "1 e-mail");
        await Window.UntilAsync("td.wide a", "Absage");
        await Window.FollowAsync(Page.GetByRole(AriaRole.Link, new() { Name = "Without reason:\"no such user\"" }));
        await Window.FollowAsync(Page.GetByRole(AriaRole.Link, new() { Name = "Without status:failed" }));
        await Window.UntilAsync("#total", "2 e-mails");
        // Arrows go through the list, and enter opens.
        await Page.Keyboard.PressAsync("ArrowDown");
        await Page.Keyboard.PressAsync("ArrowDown");
        await Page.Keyboard.PressAsync("ArrowUp");
        var first = await Page.Locator("td.wide a").First.InnerTextAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(first);

        // A day is the viewer's, and its links say so.
        await Page.GotoAsync("/emails");
        await Window.FollowAsync(Page.GetByRole(AriaRole.Link, new() { Name = "Due today" }));
        Assert.Contains("zone=Europe%2FBerlin", Page.Url, StringComparison.Ordinal);
        await Page.GotoAsync($"/emails?q=client:{Client}&size=25");
        await Assertions.Expect(Page.Locator(".sizes a[aria-current]")).ToHaveTextAsync("25");
        await Page.GotoAsync($"/emails?q=client:{Client}+due:today+is:burnt");
        await Window.UntilAsync("[role=alert]", "is:burnt is none");
        await Assertions.Expect(Page.Locator("td.wide a")).ToHaveCountAsync(0);
    }

    private async Task AssertFindsAsync(string[] subjects, params (string Field, string Value)[] form)
    {
        await Page.GotoAsync("/emails");
        await Page.GetByText("All fields").ClickAsync();
        foreach (var (field, value) in form)
        {
            if (value.Length == 0)
                await Page.GetByLabel(field, new() { Exact = true }).CheckAsync();
            else
                await Page.Locator(".fields-form").GetByLabel(field).FillAsync(value);
        }

        await Window.FollowAsync(Page.GetByRole(AriaRole.Button, new() { Name = "Use these fields" }));
        await Assertions.Expect(Page.Locator("td.wide a")).ToHaveCountAsync(subjects.Length);
        var found = await Page.Locator("td.wide a").AllInnerTextsAsync();
        Assert.Equal(subjects.Order(StringComparer.Ordinal), found.Select(subject => subject.Split(' ')[^1]).Order(StringComparer.Ordinal));
    }
}

using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.Page;

/// <summary>A series: its next occurrences, what is skipped and moved, and the local time of one of them.</summary>
[Collection(PageTests.Name)]
public sealed class SeriesPageTests(PageSystem system, Browser browser) : SignedIn(system, browser)
{
    [Fact]
    public async Task A_series_shows_what_comes_next_and_an_occurrence_its_local_time()
    {
        var item = new JsonObject
        {
            ["key"] = "monday",
            ["to"] = new JsonArray("ada@example.com"),
            ["subject"] = "The week",
            ["text"] = "Hello Ada",
            ["recurrence"] = new JsonObject
            {
                ["rrule"] = "FREQ=DAILY",
                ["start_local"] = "2027-03-01T09:00:00",
                ["time_zone"] = "Europe/Berlin",
                ["skip"] = new JsonArray("2027-03-03T09:00:00"),
                ["move"] = new JsonObject { ["2027-03-04T09:00:00"] = "2027-03-04T17:00:00" },
            },
        };
        (await Running.Api.PutAsync($"client/{Client}/email-config", Api.Config(item))).Expect(HttpStatusCode.OK);
        await Page.GotoAsync($"/clients/{Client}");
        await Window.UntilAsync("main td.when", "FREQ=DAILY in Europe/Berlin");
        await Page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "monday" }).ClickAsync();
        await Window.UntilAsync("main h1", "Series monday");
        await Window.UntilAsync("main .facts", "2027-03-03T09:00:00");
        await Window.UntilAsync("main .facts", "2027-03-04T09:00:00 to 2027-03-04T17:00:00");
        await Microsoft.Playwright.Assertions.Expect(Page.Locator("main tbody tr")).ToHaveCountAsync(10);
        await Window.UntilAsync("main table", "2027-03-04T17:00:00, moved");
        await Window.PictureAsync("series");
        await Window.AssertAccessibleAsync("a series");

        await Page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "2027-03-01T09:00:00" }).First.ClickAsync();
        await Window.UntilAsync("main .facts", "2027-03-01T09:00:00 in Europe/Berlin");
        await Window.UntilAsync("main .facts", "occurrence 2027-03-01T09:00:00");
    }
}

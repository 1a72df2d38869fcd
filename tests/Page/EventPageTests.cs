using System.Net;
using System.Text.Json.Nodes;
using Mail.Local.Processes;
using Mail.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;

namespace Mail.Tests.Page;

/// <summary>What happens, as it happens, and webhooks with what one can do about them.</summary>
[Collection(PageTests.Name)]
public sealed class EventPageTests(PageSystem system, Browser browser) : SignedIn(system, browser)
{
    [Fact]
    public async Task Events_are_shown_as_they_happen_and_a_webhook_is_tested_rotated_replayed_and_enabled()
    {
        var address = new Uri($"http://127.0.0.1:{FreePorts.Find(1)[0]}/events");
        var (status, received) = (StatusCodes.Status410Gone, 0);
        await using var server = await WebServer.StartAsync(new(address.GetLeftPart(UriPartial.Authority)), context =>
        {
            context.Response.StatusCode = status;
            Interlocked.Increment(ref received);
            return context.Response.WriteAsync("noted");
        });
        (await Running.Api.PostAsync($"client/{Client}/webhooks", new JsonObject { ["url"] = address.ToString() }))
            .Expect(HttpStatusCode.Created);
        await Page.GotoAsync($"/clients/{Client}/events");
        await Window.UntilAsync("#events", "Nothing yet.");
        await Running.CreateAsync(Client);
        await Window.UntilAsync("#events tbody", "email.scheduled");
        await Window.UntilAsync("main article", "Disabled (gone)");
        await Window.PictureAsync("events");
        await Window.AssertAccessibleAsync("events and webhooks");

        status = StatusCodes.Status200OK;
        await ClickAsync("Test", "Send a test");
        await Window.UntilAsync(".notice", "The test succeeded: the endpoint answered 200.");
        await ClickAsync("Rotate the secret", "Make a new secret");
        await Window.UntilAsync(".notice", "whsec_");
        await ClickAsync("Enable", "Enable it");
        await Window.UntilAsync(".notice", "Enabled. It goes on where it stopped.");
        var id = await Page.Locator("#events tbody tr td code").Last.InnerTextAsync();
        await Page.GetByText("Replay an event").ClickAsync();
        await Page.GetByLabel("Id of the event").FillAsync(id);
        var before = received;
        await Page.GetByRole(AriaRole.Button, new() { Name = "Deliver again" }).ClickAsync();
        await Window.UntilAsync(".notice", "The event is delivered again.");
        await Deadline.UntilAsync(() => Task.FromResult(received), count => count > before);
    }

    private async Task ClickAsync(string form, string button)
    {
        await Page.Locator("summary", new() { HasText = form }).First.ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
    }
}

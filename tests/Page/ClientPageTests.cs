using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;
using Microsoft.Playwright;

namespace Mail.Tests.Page;

/// <summary>A client: its config and who changed it, what holds it back, its keys; and the check.</summary>
[Collection(PageTests.Name)]
public sealed class ClientPageTests(PageSystem system, Browser browser) : SignedIn(system, browser)
{
    [Fact]
    public async Task A_config_is_edited_shown_as_a_difference_and_saved()
    {
        var due = Api.In(TimeSpan.FromDays(1));
        await Running.Api.PutAsync(
            $"client/{Client}/email-config",
            Api.Config(Api.Item("stays", due), Api.Item("changes", due, subject: "Old words"), Api.Item("goes", due)));
        await Page.GotoAsync("/clients");
        await Page.GetByLabel("Client").FillAsync(Client);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Open" }).ClickAsync();
        await Window.UntilAsync("main", "Revision 1 by operator 3 scheduled, 0 kept, 0 superseded, 0 removed");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Edit" }).ClickAsync();

        // What it shows is what is saved: nothing changes by saving it.
        await Page.GetByRole(AriaRole.Button, new() { Name = "Show what would change" }).ClickAsync();
        await Window.UntilAsync("main [role=status]", "0 scheduled, 3 kept, 0 superseded, 0 removed");

        var config = JsonNode.Parse(await Page.GetByLabel("The whole config").InputValueAsync())!;
        var emails = config["emails"]!.AsArray();
        emails[1]!["subject"] = "New words";
        emails.RemoveAt(2);
        await Page.GetByLabel("The whole config").FillAsync(config.ToJsonString());
        await Page.GetByRole(AriaRole.Button, new() { Name = "Show what would change" }).ClickAsync();
        await Window.UntilAsync("main", "Changed: changes");
        await Window.UntilAsync("main", "Cancelled: goes");
        await Window.PictureAsync("config-difference");
        await Window.AssertAccessibleAsync("a difference");
        Assert.Equal(1, (int)(await Running.Api.GetAsync($"client/{Client}/email-config")).Json["revision"]!);

        await Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Window.UntilAsync(".notice", "Saved.");
        await Window.UntilAsync("main", "Revision 2 by operator 0 scheduled, 1 kept, 1 superseded, 1 removed");
        Assert.Equal(2, (int)(await Running.Api.GetAsync($"client/{Client}/email-config")).Json["revision"]!);
    }

    [Fact]
    public async Task What_can_not_be_saved_is_said_and_what_was_written_is_kept()
    {
        await Page.GotoAsync($"/clients/{Client}/config");
        await Page.GetByLabel("The whole config").FillAsync("{ \"emails\": [");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Show what would change" }).ClickAsync();
        await Window.UntilAsync("[role=alert]", "This is not valid JSON");
        Assert.Equal("{ \"emails\": [", await Page.GetByLabel("The whole config").InputValueAsync());

        await Page.GetByLabel("The whole config")
            .FillAsync("""{"emails": [{"to": ["nobody"], "subjct": "x", "text": "x", "scheduled_datetime": "2031-01-01T10:00:00"}]}""");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Show what would change" }).ClickAsync();
        await Window.UntilAsync("[role=alert]", "/emails/0/to/0 not an e-mail address");
        await Window.UntilAsync("[role=alert]", "/emails/0/subjct is not a field of this request");
    }

    [Fact]
    public async Task Someone_elses_save_in_between_is_not_overwritten()
    {
        var due = Api.In(TimeSpan.FromDays(1));
        await Running.Api.PutAsync($"client/{Client}/email-config", Api.Config(Api.Item("one", due)));
        await Page.GotoAsync($"/clients/{Client}/config");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Show what would change" }).ClickAsync();
        await Running.Api.PutAsync($"client/{Client}/email-config", Api.Config(Api.Item("one", due), Api.Item("two", due)));
        await Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Window.UntilAsync("[role=alert]", "The config is at revision 2");
        Assert.Equal(2, (await Running.Api.GetAsync($"client/{Client}/email-config")).Json["emails"]!.AsArray().Count);
    }

    [Fact]
    public async Task It_is_held_back_and_released()
    {
        await Running.CreateAsync(Client);
        await Page.GotoAsync($"/clients/{Client}");
        await Window.ActAsync("Hold back", "Hold back", action => action.GetByLabel("Reason").FillAsync("a dispute"));
        await Window.UntilAsync(".notice", "Held. Nothing of this client is sent until it is released.");
        Assert.Contains(
            (await Running.Api.GetAsync("holds")).Json["items"]!.AsArray(),
            hold => ((string?)hold!["client_id"], (string?)hold["reason"]) == (Client, "a dispute"));

        await Page.GetByRole(AriaRole.Link, new() { Name = "Release" }).ClickAsync();
        await Window.UntilAsync("table", Client);
        await Window.PictureAsync("release");
        await Window.AssertAccessibleAsync("a release");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Release" }).ClickAsync();
        await Window.UntilAsync(".notice", "Released.");
        Assert.DoesNotContain(
            (await Running.Api.GetAsync("holds")).Json["items"]!.AsArray(), hold => (string?)hold!["client_id"] == Client);
    }

    [Fact]
    public async Task A_key_is_made_shown_once_and_revoked()
    {
        await Page.GotoAsync($"/clients/{Client}");
        await Window.ActAsync("New key", "Make a key", action => action.GetByLabel("Name").FillAsync("shop"));
        var key = await Page.Locator(".secret").InnerTextAsync();
        using (var api = Running.Mail.ApiOf(0, key))
            (await api.GetAsync($"client/{Client}/scheduled-emails")).Expect(HttpStatusCode.OK);

        await Page.GotoAsync($"/clients/{Client}");
        Assert.DoesNotContain(key, await Page.ContentAsync(), StringComparison.Ordinal);
        await Window.ActAsync("Revoke shop", "Revoke");
        await Window.UntilAsync(".notice", "Revoked.");
        using (var api = Running.Mail.ApiOf(0, key))
            (await api.GetAsync($"client/{Client}/scheduled-emails")).Expect(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_test_email_is_followed_through_each_stage()
    {
        await Page.GotoAsync("/check");
        await Window.UntilAsync("#senders", "sender-1 is ready");
        await Window.UntilAsync("#senders", "SMTP_HOST");
        await Page.GetByLabel("To").FillAsync($"me@{Client}.example");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Send it" }).ClickAsync();
        await Window.UntilAsync(".notice", "On its way.");
        await Window.UntilAsync("#timeline", "scheduled: test e-mail");
        await Window.UntilAsync("#timeline", "sending: attempt 1");
        await Window.UntilAsync("#timeline", "sent: 250");
        await Page.GotoAsync("/check");
        await Window.UntilAsync("#tests", $"me@{Client}.example");
    }
}

using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;
using Microsoft.Playwright;

namespace Mail.Tests.Page;

/// <summary>Templates: the list, the editor with its preview, versions, and what a version is applied to.</summary>
[Collection(PageTests.Name)]
public sealed class TemplatePageTests(PageSystem system, Browser browser) : SignedIn(system, browser)
{
    [Fact]
    public async Task A_template_is_written_previewed_saved_and_applied_with_a_look_first()
    {
        await Page.GotoAsync($"/clients/{Client}/templates");
        await Page.GetByLabel("Name of a new one").FillAsync("welcome");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Write it" }).ClickAsync();
        await Page.GetByLabel("Subject").FillAsync("Hello {{ name }}");
        await Page.GetByLabel("HTML", new() { Exact = true }).FillAsync("<h1>Hello {{ name }}</h1>");
        await Page.GetByLabel("Sample data, as JSON").FillAsync("""{"name":"Zoë"}""");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        await Window.UntilAsync("main h2", "Hello Zoë");
        await Window.UntilAsync("main pre.body", "Hello Zoë\n=========");
        await Assertions.Expect(Page.FrameLocator("iframe[name=html-preview]").Locator("h1")).ToHaveTextAsync("Hello Zoë");
        await Window.PictureAsync("template-preview");
        await Window.AssertAccessibleAsync("a template's preview");

        await Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Window.UntilAsync(".notice", "Saved. What is scheduled already is as it was.");
        var item = Api.Item("a", Api.In(TimeSpan.FromDays(1)));
        item.Remove("subject");
        item.Remove("text");
        item["template"] = JsonNode.Parse("""{"name":"welcome","data":{"name":"Ada"}}""");
        (await Running.Api.PutAsync($"client/{Client}/email-config", Api.Config(item))).Expect(HttpStatusCode.OK);

        await Page.GetByLabel("Subject").FillAsync("Hi {{ name }}");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Version 2" }).ClickAsync();
        await Window.UntilAsync("main del", "- Hello {{ name }}");
        await Window.UntilAsync("main ins", "+ Hi {{ name }}");
        await Window.AssertAccessibleAsync("a template's version");

        await Page.GetByRole(AriaRole.Button, new() { Name = "Show what would change" }).ClickAsync();
        await Window.UntilAsync("main [role=status]", "0 scheduled, 0 kept, 1 superseded, 0 removed");
        Assert.Equal(1, (int)(await Running.Api.GetAsync($"client/{Client}/email-config")).Json["emails"]![0]!["template"]!["version"]!);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Apply version 2" }).ClickAsync();
        await Window.UntilAsync("section[aria-label='What waits'] h2", "Version 2 was applied");
        Assert.Equal(2, (int)(await Running.Api.GetAsync($"client/{Client}/email-config")).Json["emails"]![0]!["template"]!["version"]!);
    }

    [Fact]
    public async Task What_is_wrong_is_said_with_its_place_and_what_was_written_is_kept()
    {
        await Page.GotoAsync($"/clients/{Client}/templates/welcome");
        await Page.GetByLabel("Subject").FillAsync("Hello");
        await Page.GetByLabel("HTML", new() { Exact = true }).FillAsync("{% include 'x' %}");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        await Window.UntilAsync("[role=alert]", "/html line 1, column 4: the tag include");
        Assert.Equal("{% include 'x' %}", await Page.GetByLabel("HTML", new() { Exact = true }).InputValueAsync());
    }
}

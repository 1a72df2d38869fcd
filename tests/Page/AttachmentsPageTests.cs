using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;
using Microsoft.Playwright;

namespace Mail.Tests.Page;

/// <summary>What an e-mail carries: its files to be stored, and its pictures where they stand in the HTML.</summary>
[Collection(PageTests.Name)]
public sealed class AttachmentsPageTests(PageSystem system, Browser browser) : SignedIn(system, browser)
{
    private const string Pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    [Fact]
    public async Task Files_are_listed_with_their_sizes_and_stored_under_their_names()
    {
        var id = await CreateAsync(
            "<p>Hello", File("Prüfbericht \"Q1\".pdf", "JVBERg=="), File("<b>.txt", Convert.ToBase64String(new byte[3000])));
        await Page.GotoAsync($"/emails/{id}");
        await Window.UntilAsync(".attachments", "Prüfbericht \"Q1\".pdf 4 bytes, application/pdf");
        await Window.UntilAsync(".attachments", "<b>.txt 2.9 KiB, text/plain");
        var download = await Page.RunAndWaitForDownloadAsync(() => Page.GetByText("Prüfbericht").ClickAsync());
        Assert.EndsWith("Q1_.pdf", download.SuggestedFilename, StringComparison.Ordinal);
        Assert.Equal("%PDF", await System.IO.File.ReadAllTextAsync(await download.PathAsync()));
        var answer = await Page.Context.APIRequest.GetAsync($"{Running.Site}emails/{id}/attachments/2");
        Assert.Equal(
            ("application/octet-stream", "nosniff", 3000),
            (answer.Headers["content-type"], answer.Headers["x-content-type-options"], (await answer.BodyAsync()).Length));
        Assert.StartsWith("attachment; filename=", answer.Headers["content-disposition"], StringComparison.Ordinal);
        Assert.Equal(404, (await Page.Context.APIRequest.GetAsync($"{Running.Site}emails/{id}/attachments/3")).Status);
    }

    [Fact]
    public async Task Pictures_show_in_the_frame_and_nothing_is_asked_for_outside()
    {
        var id = await CreateAsync(
            "<img id=a src=\"cid:logo\"><img id=b src='CID:lo%67o' ><p id=c "
            + "style=\"width:9px;height:9px;background:url(cid:logo)\">cid:logo</p><a id=d href=cid:page>the page</a>",
            File("logo.png", Pixel, "logo"), File("page.html", Convert.ToBase64String("<script>"u8.ToArray()), "page"));
        await Page.GotoAsync($"/emails/{id}");
        var frame = Page.FrameLocator("iframe");
        foreach (var picture in new[] { "#a", "#b" })
        {
            await Assertions.Expect(frame.Locator(picture)).ToHaveAttributeAsync("src", $"data:image/png;base64,{Pixel}");
            await Deadline.UntilAsync(
                () => frame.Locator(picture).EvaluateAsync<int>("picture => picture.naturalWidth"), width => width == 1);
        }

        await Assertions.Expect(frame.Locator("#c")).ToHaveTextAsync("cid:logo");
        await Assertions.Expect(frame.Locator("#c"))
            .ToHaveAttributeAsync("style", $"width:9px;height:9px;background:url(data:image/png;base64,{Pixel})");
        await Assertions.Expect(frame.Locator("#d")).ToHaveAttributeAsync("href", "cid:page");
        Window.AssertQuiet(but: "/html");
    }

    private static JsonObject File(string name, string content, string? contentId = null)
    {
        var file = new JsonObject { ["filename"] = name, ["content"] = content };
        if (contentId is not null)
            file["content_id"] = contentId;
        return file;
    }

    private async Task<string> CreateAsync(string html, params JsonObject[] files)
    {
        var email = Api.Item(null, Api.In(TimeSpan.FromHours(1)));
        email["html"] = html;
        email["attachments"] = new JsonArray([.. files]);
        return (string)(await Running.Api.PostAsync($"client/{Client}/scheduled-emails", email))
            .Expect(System.Net.HttpStatusCode.Created).Json["id"]!;
    }
}

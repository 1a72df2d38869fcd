using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Mail.Tests.Fixtures;
using Microsoft.Playwright;

namespace Mail.Tests.Page;

/// <summary>The message of an e-mail, built again from what is kept.</summary>
[Collection(PageTests.Name)]
public sealed partial class MessagePageTests(PageSystem system, Browser browser) : SignedIn(system, browser)
{
    private const string Hostile = "</pre><script>document.title='hacked'</script>";

    [Fact]
    public async Task It_is_what_the_server_got_byte_for_byte_but_for_Date()
    {
        var id = await CreateAsync($"{Hostile}\nGrüße\n.\nFrom here on", new byte[3000]);
        await Running.Api.EmailAsync(id, "sent");
        var received = Running.Mail.Smtp.Received.Single(each => each.MessageId.Contains(id, StringComparison.Ordinal));
        var file = await Page.Context.APIRequest.GetAsync($"{Running.Site}emails/{id}/message.eml");
        Assert.Equal(("message/rfc822", "nosniff"), (file.Headers["content-type"], file.Headers["x-content-type-options"]));
        Assert.StartsWith("attachment;", file.Headers["content-disposition"], StringComparison.Ordinal);
        Assert.Equal(Undated(received.Raw), Undated(await file.BodyAsync()));

        await Page.GotoAsync($"/emails/{id}");
        await Window.FollowAsync(Page.GetByRole(AriaRole.Link, new() { Name = "The whole message" }));
        await Window.UntilAsync("h1", "as it was sent");
        await Window.UntilAsync("#headers", $"Message-Id: {received.MessageId}");
        await Window.UntilAsync("main table", "multipart/mixed");
        await Window.UntilAsync("main table", "– – text/html, utf-8");
        await Window.UntilAsync("main table", "data.bin");
        var shown = await Page.Locator("#source").TextContentAsync();
        Assert.Equal(Undated(received.Raw), Undated(Encoding.UTF8.GetBytes(shown!.ReplaceLineEndings("\r\n"))));
        Assert.EndsWith("– Mail", await Page.TitleAsync(), StringComparison.Ordinal);
        await Window.PictureAsync("message");
        await Window.AssertAccessibleAsync("a message");
    }

    [Fact]
    public async Task What_is_large_is_downloaded_and_what_is_anothers_or_erased_is_not_shown()
    {
        var id = await CreateAsync("Hello", new byte[600_000]);
        await Page.GotoAsync($"/emails/{id}/message");
        await Window.UntilAsync("main", "it is too large to be shown here");
        var file = await Page.Context.APIRequest.GetAsync($"{Running.Site}emails/{id}/message.eml");
        Assert.InRange((await file.BodyAsync()).Length, 800_000, 900_000);

        await using var other = await Browser.OpenAsync(Running.Site);
        await other.SignInAsync(await Running.NewKeyAsync(PageSystem.NewClient()));
        foreach (var path in new[] { "message", "message.eml" })
            Assert.Equal(404, (await other.Page.Context.APIRequest.GetAsync($"{Running.Site}emails/{id}/{path}")).Status);

        await using (var data = Npgsql.NpgsqlDataSource.Create(Running.Mail.Postgres))
        await using (var erase = data.CreateCommand(
            $"update mail.mt_doc_scheduled_email set data = data || '{{\"body_id\": \"erased\"}}' where id = '{id}'"))
        {
            await erase.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await Page.GotoAsync($"/emails/{id}/message");
        await Window.UntilAsync("[role=status].notice", "It is no longer kept");
        Assert.Equal(404, (await Page.Context.APIRequest.GetAsync($"{Running.Site}emails/{id}/message.eml")).Status);
        await Page.GotoAsync($"/emails/{id}");
        await Window.UntilAsync("main", "Its content was erased");
        await Assertions.Expect(Page.GetByRole(AriaRole.Link, new() { Name = "The whole message" })).ToHaveCountAsync(0);
    }

    private async Task<string> CreateAsync(string text, byte[] file)
    {
        var email = Api.Item(null, Api.In(TimeSpan.Zero), $"Jörg <jorg@{Client}.example>", "Prüfung", text);
        email["html"] = "<p>Grüße</p>";
        email["attachments"] =
            new JsonArray(new JsonObject { ["filename"] = "data.bin", ["content"] = Convert.ToBase64String(file) });
        return (string)(await Running.Api.PostAsync($"client/{Client}/scheduled-emails", email)).Expect(HttpStatusCode.Created).Json["id"]!;
    }

    private static string Undated(byte[] message) => Date().Replace(Encoding.UTF8.GetString(message), "Date: then", 1);

    [GeneratedRegex("^Date: [^\r]+", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Date();
}

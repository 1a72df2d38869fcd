using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.Page;

/// <summary>What others wrote is text: subjects, bodies, names, keys, headers, reasons, and what servers answer.</summary>
[Collection(PageTests.Name)]
public sealed class HostileMarkupTests(PageSystem system, Browser browser)
{
    private const string Hostile =
        "\"'><script>document.title='hacked'</script><img src=x onerror=\"document.title='hacked'\"><svg "
        + "onload=\"document.title='hacked'\">&lt;b&gt;{{7*7}}</title></textarea>";

    private readonly string _client = PageSystem.NewClient();

    [Fact]
    public async Task It_is_shown_as_text_on_every_page()
    {
        var item = Api.Item(
            Hostile[..128], Api.In(TimeSpan.FromMinutes(30)),
            $"\"{Hostile.Replace("\"", "", StringComparison.Ordinal)}\" <ada@{_client}.example>", $"{Hostile} {_client}", Hostile);
        item["html"] =
            $"{Hostile}<script>document.title='hacked'; top.location='https://evil.example/'</script><img "
            + "src=\"https://evil.example/x.png\"><form action=\"https://evil.example/\"><button>x</button></form><link rel=stylesheet "
            + "href=\"https://evil.example/x.css\">";
        item["headers"] = new JsonObject { ["X-Hostile"] = Hostile };
        await system.Api.PutAsync($"client/{_client}/email-config", Api.Config(item));
        var pending = (string)(await system.Api.GetAsync($"client/{_client}/email-config")).Json["emails"]![0]!["id"]!;
        var failed = await system.CreateFailedAsync(_client, $"nobody@{_client}.example", $"550 5.1.1 {Hostile}", Hostile);
        system.Mail.Smtp.AsUsual();
        await system.NewKeyAsync(_client, Hostile[..100]);
        await system.Api.PostAsync($"client/{_client}/hold", new JsonObject { ["reason"] = Hostile });

        await using var window = await browser.OpenAsync(system.Site);
        await window.SignInAsync(MailSystem.OperatorKey);
        foreach (var path in new[]
        {
            "/", $"/emails?subject={Uri.EscapeDataString(_client)}", $"/emails?client={_client}",
            $"/emails?subject={Uri.EscapeDataString(Hostile)}", $"/emails/{pending}", $"/emails/{failed}", $"/clients/{_client}",
            $"/clients/{_client}/config", $"/clients/{_client}/release", $"/clients?after={Uri.EscapeDataString(Hostile)}",
            $"/sign-in?to={Uri.EscapeDataString("/" + Hostile)}", $"/emails/{Uri.EscapeDataString(Hostile)}",
        })
        {
            await window.Page.GotoAsync(path, new() { WaitUntil = Microsoft.Playwright.WaitUntilState.NetworkIdle });
            Assert.DoesNotContain(
                "hacked'", await window.Page.EvaluateAsync<string>("[...document.scripts].map(script => script.textContent).join()"),
                StringComparison.Ordinal);
            Assert.Equal(
                (path, 0, 0),
                (path, await window.Page.Locator("img[src=x]").CountAsync(),
                    await window.Page.Locator("[onload], [onerror]").CountAsync()));
            Assert.EndsWith("– Mail", await window.Page.TitleAsync(), StringComparison.Ordinal);
        }

        await window.Page.GotoAsync($"/emails/{pending}");
        Assert.Contains(Hostile, await window.TextAsync(), StringComparison.Ordinal);
        await window.Page.GotoAsync($"/emails/{failed}");
        Assert.Contains(Hostile, await window.Page.InnerTextAsync("#why"), StringComparison.Ordinal);
        await system.Api.PostAsync($"client/{_client}/release");
        // The e-mail's own HTML is refused its script and its pictures by the browser, which says so, and asks nobody for them.
        window.AssertQuiet(but: "/html");
    }
}

using Mail.Tests.Fixtures;
using Microsoft.Playwright;

namespace Mail.Tests.Page;

/// <summary>The page as a proxy publishes it under a path, and as a developer meets it for the first time.</summary>
[Collection(PageTests.Name)]
public sealed class UnderAPathTests(PageSystem system, Browser browser)
{
    private const string Prefix = "/tools/mail";

    [Fact]
    public async Task One_signs_in_with_the_key_that_the_page_names_in_development_and_live_pages_and_the_docs_work_under_a_path()
    {
        await using var service = ServiceProcess.On(system.Mail.Postgres, system.Mail.RabbitMq, "ConfigService", new(StringComparer.Ordinal)
        {
            ["PATH_BASE"] = Prefix,
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["API_KEY"] = null,
        });
        await service.StartAsync();
        await using var window = await browser.OpenAsync(new Uri(service.Address, $"{Prefix}/"));
        await window.Page.GotoAsync($"{Prefix}/");
        await window.AtAsync($"{Prefix}/sign-in?to=%2F");
        await window.UntilAsync(".hint", "local-development-key");
        await window.Page.GetByLabel("API key").FillAsync("local-development-key");
        await window.FollowAsync(window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }));
        await window.AtAsync($"{Prefix}/");
        await window.UntilAsync("#version", "Mail ");

        // The script asks again by itself.
        var fresh = await window.Page.WaitForResponseAsync(
            answer => answer.Request.ResourceType == "fetch", new() { Timeout = (float)Deadline.Soon.TotalMilliseconds });
        Assert.Equal((200, $"{Prefix}/"), (fresh.Status, new Uri(fresh.Url).AbsolutePath));

        await window.FollowAsync(window.Page.GetByRole(AriaRole.Link, new() { Name = "Clients" }));
        await window.AtAsync($"{Prefix}/clients");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "API", Exact = true }).ClickAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Heading, new() { Name = "Mail API" }).First)
            .ToBeVisibleAsync(new() { Timeout = (float)Deadline.Soon.TotalMilliseconds });
        // The page's policy refuses what the script of the docs would like to evaluate.
        window.AssertQuiet(but: "'script-src' was not explicitly set");
    }

    [Fact]
    public async Task In_production_the_page_names_no_key()
    {
        await using var window = await browser.OpenAsync(system.Site);
        await window.Page.GotoAsync("/sign-in");
        Assert.Equal(0, await window.Page.Locator(".hint").CountAsync());
        Assert.DoesNotContain("development", await window.TextAsync(), StringComparison.OrdinalIgnoreCase);
    }
}

using Mail.Tests.Fixtures;
using Microsoft.Playwright;

namespace Mail.Tests.Page;

/// <summary>What is refused is a page, too, with the way back.</summary>
[Collection(PageTests.Name)]
public sealed class ErrorPagesTests(PageSystem system, Browser browser)
{
    [Fact]
    public async Task What_a_client_may_not_see_is_a_page_that_leads_back()
    {
        var client = PageSystem.NewClient();
        await using var window = await browser.OpenAsync(system.Site);
        await window.SignInAsync(await system.NewKeyAsync(client));
        foreach (var path in new[] { "/check", $"/clients/{PageSystem.NewClient()}", "/everything/release" })
        {
            Assert.Equal((path, 403), (path, (await window.Page.GotoAsync(path))!.Status));
            await window.UntilAsync("h1", "Not allowed");
        }

        await window.PictureAsync("error-403");
        await window.AssertAccessibleAsync("403");
        await window.FollowAsync(window.Page.GetByRole(AriaRole.Link, new() { Name = client, Exact = true }));
        await window.UntilAsync("h1", client);
        await window.Page.GotoAsync("/check");
        await window.FollowAsync(window.Page.GetByRole(AriaRole.Link, new() { Name = "To the overview" }));
        await window.UntilAsync("h1", "Overview");
        window.AssertQuiet();
    }

    [Fact]
    public async Task Too_many_wrong_keys_and_a_database_that_is_away_are_pages_from_which_one_goes_on()
    {
        var (proxy, postgres) = TcpProxy.BeforePostgres(system.Mail.Postgres);
        await using var _ = proxy;
        await using var service = ServiceProcess.On(
            postgres, system.Mail.RabbitMq, "ConfigService", new(StringComparer.Ordinal) { ["API_KEY"] = MailSystem.OperatorKey });
        await service.StartAsync();
        await using var window = await browser.OpenAsync(service.Address);
        await window.Page.GotoAsync("/sign-in");
        for (var guess = 0; guess < 10; guess++)
            await SignInAsync($"a-wrong-key-{guess}", 401);
        await SignInAsync("a-wrong-key", 429);
        await window.UntilAsync("[role=alert]", "Too many wrong API keys from this address: try again in");
        await window.PictureAsync("error-429");
        await window.AssertAccessibleAsync("429");
        await SignInAsync(MailSystem.OperatorKey, 200);

        proxy.Cut();
        await window.Page.GotoAsync("/emails?q=status:pending");
        await window.UntilAsync("h1", "Not available at the moment");
        Assert.Equal(503, (await window.Page.ReloadAsync())!.Status);
        await window.PictureAsync("error-503");
        await window.AssertAccessibleAsync("503");
        proxy.Restore();
        await Deadline.UntilAsync(
            async () =>
            {
                await window.Page.GetByRole(AriaRole.Link, new() { Name = "Try again" }).ClickAsync();
                return await window.Page.InnerTextAsync("h1");
            },
            title => title == "E-mails");
        await window.AtAsync("/emails?q=status:pending");
        window.AssertQuiet();

        async Task SignInAsync(string key, int status)
        {
            await window.Page.GetByLabel("API key").FillAsync(key);
            var answer = await window.Page.RunAndWaitForResponseAsync(
                () => window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync(),
                response => !response.Url.Contains("/assets/", StringComparison.Ordinal) && response.Status != 302);
            Assert.Equal((key, status), (key, answer.Status));
        }
    }
}

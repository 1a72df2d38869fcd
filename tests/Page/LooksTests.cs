using Mail.Tests.Fixtures;
using Microsoft.Playwright;

namespace Mail.Tests.Page;

/// <summary>Every page, light, dark and on a phone: usable by all, and with a picture for people to look at.</summary>
[Collection(PageTests.Name)]
public sealed class LooksTests(PageSystem system, Browser browser)
{
    [Theory]
    [InlineData("light", 1280, ColorScheme.Light)]
    [InlineData("dark", 1280, ColorScheme.Dark)]
    [InlineData("narrow", 390, ColorScheme.Light)]
    [InlineData("small", 320, ColorScheme.Dark)]
    [InlineData("tablet", 768, ColorScheme.Light)]
    public async Task Every_page_is_accessible_and_fits(string name, int width, ColorScheme colors)
    {
        var client = $"acme-{name}";
        await system.Api.PutAsync($"client/{client}/email-config", Api.Config(
            Api.Item(
                "welcome", Api.In(TimeSpan.FromMinutes(50)), "Ada Lovelace <ada@example.com>", "Welcome to Acme",
                "Hello Ada,\n\nyour account is ready."),
            Api.Item("reminder", Api.In(TimeSpan.FromDays(3)), "Ada Lovelace <ada@example.com>", "Don't forget to confirm")));
        for (var number = 1; number <= 4; number++)
        {
            await system.Api.EmailAsync(
                await system.CreateAsync(client, $"customer-{number}@example.com", $"Your order no. 100{number}", due: TimeSpan.Zero),
                "sent");
        }

        var pending = await system.CreateAsync(
            client, "grace@example.com", "Your invoice", "Dear Grace,\n\nplease find your invoice below.",
            "<h1>Invoice</h1><p>Dear Grace, thank you for <b>everything</b>.</p>");
        var failed = await system.CreateFailedAsync(client, $"nobody@{client}.example", "550 5.1.1 <nobody>: user unknown", "Your receipt");
        var unknown = await system.CreateUnknownAsync(client, $"doubt@{client}.example", "Your ticket");
        system.Mail.Smtp.AsUsual();
        await system.NewKeyAsync(client);

        await using var window = await browser.OpenAsync(
            system.Site, new() { ColorScheme = colors, ViewportSize = new() { Width = width, Height = 900 } });
        await window.Page.GotoAsync("/sign-in");
        await LookAsync("sign-in");
        await window.SignInAsync(MailSystem.OperatorKey);
        foreach (var (picture, path) in new[]
        {
            ("overview", "/"), ("emails", $"/emails?client={client}"), ("nothing-found", "/emails?subject=nothing+like+this"),
            ("search-faults", "/emails?q=status:burnt"), ("missing", $"/not/here/{new string('x', 300)}"), ("no-client", "/clients/typo"),
            ("email-pending", $"/emails/{pending}"), ("email-failed", $"/emails/{failed}"), ("email-unknown", $"/emails/{unknown}"),
            ("clients", "/clients"), ("client", $"/clients/{client}"), ("config", $"/clients/{client}/config"), ("check", "/check"),
            ("error", $"/emails/{Guid.Empty}"),
        })
        {
            await window.Page.GotoAsync(path);
            // Counted within seconds.
            if (picture == "overview")
                await window.UntilAsync("#outcomes", "half of them at most");
            if (picture.StartsWith("email-", StringComparison.Ordinal) && await window.Page.Locator(".action summary").CountAsync() > 0)
                await window.Page.Locator(".action summary").First.ClickAsync();
            await LookAsync(picture);
        }

        window.AssertQuiet();

        async Task LookAsync(string picture)
        {
            await window.PictureAsync($"{picture}-{name}");
            // What a narrow window changes is where things are.
            if (width == 1280)
                await window.AssertAccessibleAsync($"{picture}, {name}");
            // Nothing sticks out at the side, nor at the side of a table.
            Assert.Equal(
                (picture, true),
                (picture,
                    await window.Page.EvaluateAsync<bool>(
                        "[...document.querySelectorAll('.table')].every(table => table.scrollWidth <= table.clientWidth)")));
            Assert.Equal(
                (picture, true),
                (picture,
                    await window.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth")));
        }
    }

    [Fact]
    public async Task It_is_usable_with_the_keyboard_alone()
    {
        var id = await system.CreateAsync(PageSystem.NewClient());
        await using var window = await browser.OpenAsync(system.Site);
        await window.Page.GotoAsync("/sign-in");
        await window.Page.Keyboard.TypeAsync(MailSystem.OperatorKey);
        await window.Page.Keyboard.PressAsync("Enter");
        await window.AtAsync("/");
        await window.Page.GotoAsync($"/emails/{id}");
        await window.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the content", await window.Page.EvaluateAsync<string>("document.activeElement.textContent"));
        await window.Page.Keyboard.PressAsync("Enter");
        await TabToAsync("Cancel");
        await window.Page.Keyboard.PressAsync("Enter");
        await TabToAsync("Cancel this e-mail");
        await window.Page.Keyboard.PressAsync("Enter");
        await window.UntilAsync(".notice", "Cancelled. It will never be sent.");

        async Task TabToAsync(string text)
        {
            for (var presses = 0; await window.Page.EvaluateAsync<string>("document.activeElement.textContent") != text; presses++)
            {
                Assert.InRange(presses, 0, 20);
                await window.Page.Keyboard.PressAsync("Tab");
            }
        }
    }

    [Fact]
    public async Task Without_a_script_every_page_is_there_in_UTC()
    {
        var id = await system.CreateAsync(PageSystem.NewClient());
        await using var window = await browser.OpenAsync(system.Site, new() { JavaScriptEnabled = false });
        await window.SignInAsync(MailSystem.OperatorKey);
        await window.Page.GotoAsync($"/emails/{id}");
        Assert.EndsWith(" UTC", await window.Page.Locator("#facts time").First.InnerTextAsync(), StringComparison.Ordinal);
        await window.ActAsync("Move", "Move it", action => action.GetByLabel("New time").FillAsync("2031-07-01T09:30:15"));
        await window.UntilAsync(".notice", "Moved.");
        Assert.Equal("2031-07-01T09:30:15.000Z", (string)(await system.Api.GetAsync($"scheduled-emails/{id}")).Json["scheduled_datetime"]!);
    }
}

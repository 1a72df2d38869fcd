using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;
using Microsoft.Playwright;

namespace Mail.Tests.Page;

/// <summary>Every page, light, dark and on a phone: usable by all, and with a picture for people to look at.</summary>
[Collection(PageTests.Name)]
public sealed class LooksTests(PageSystem system, Browser browser)
{
    private static readonly int[] _widths = [320, 390, 768, 1280];
    private static readonly ColorScheme[] _schemes = [ColorScheme.Light, ColorScheme.Dark];

    // What sticks out at the side of the page or of a box in it, and on a phone what is too small for a finger (WCAG 2.2, 2.5.5); a link
    // within a sentence may be.
    private const string Faults = """
        () => {
          const faults = [];
          const name = element => `${element.outerHTML.slice(0, 160)} (${element.scrollWidth} in ${element.clientWidth})`;
          const boxes = document.querySelectorAll('main, .table, .card, .facts, .groups, .numbers, .chips');
          for (const box of [document.documentElement, ...boxes])
            if (box.scrollWidth > box.clientWidth + (box === document.documentElement ? 0 : 1)) faults.push(`sticks out: ${name(box)}`);
          const targets = 'button, summary, textarea, input:not([type=hidden]):not([type=checkbox]), nav a, td a, td.select label, '
            + '.crumbs a, .groups a, .numbers a, label.check';
          if (innerWidth < 640) {
            for (const target of document.querySelectorAll(targets)) {
              const { width, height } = target.getBoundingClientRect();
              if (width > 0 && (height < 43.5 || width < 20)) faults.push(`too small (${width} x ${height}): ${name(target)}`);
            }
          }
          return faults;
        }
        """;

    private readonly string _client = PageSystem.NewClient();

    [Fact]
    public async Task Every_view_is_accessible_and_fits_in_light_and_dark_on_phones_and_desks()
    {
        var views = await ViewsAsync();
        var faults = new List<string>();
        await using var window = await browser.OpenAsync(system.Site);
        await window.Page.GotoAsync("/sign-in");
        await LookAsync("sign-in");
        await window.SignInAsync(MailSystem.OperatorKey);
        foreach (var (name, path) in views)
        {
            await window.Page.GotoAsync(path);
            // Counted within seconds.
            if (name == "overview")
                await window.UntilAsync("#outcomes", "half of them at most");
            // Nothing is replaced any more while it is looked at, and nothing is folded in.
            await window.Page.EvaluateAsync("""
                () => {
                  Object.defineProperty(document, 'hidden', { get: () => true });
                  document.querySelectorAll('main details').forEach(folded => folded.open = true);
                }
                """);
            await LookAsync(name);
        }

        await window.Page.GotoAsync($"/emails?q=client:{_client}");
        await window.Page.Locator("[data-select-all]").CheckAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Move…" }).ClickAsync();
        await window.UntilAsync("h1", "Move");
        await LookAsync("bulk-move");
        await window.Page.GetByLabel("or by how many minutes later").FillAsync("90");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "See what would happen" }).ClickAsync();
        await window.UntilAsync("#outcomes", "would be moved");
        await LookAsync("bulk-before");
        window.AssertQuiet(but: "/html");
        Assert.True(faults.Count == 0, string.Join('\n', faults));

        async Task LookAsync(string name)
        {
            foreach (var scheme in _schemes)
            {
                await window.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
                // What a narrow window changes is where things are, and what the dark changes is colours.
                foreach (var width in scheme == ColorScheme.Light ? _widths : [1280])
                {
                    await window.Page.SetViewportSizeAsync(width, 900);
                    var look = string.Create(CultureInfo.InvariantCulture, $"{name}-{width}-{scheme}").ToLowerInvariant();
                    faults.AddRange((await window.Page.EvaluateAsync<string[]>(Faults)).Select(fault => $"{look}: {fault}"));
                    if (width is 320 or 1280)
                        await window.PictureAsync(look);
                    if (width == 1280)
                    {
                        var violations = await window.ViolationsAsync(scheme == ColorScheme.Light ? null : "color-contrast");
                        faults.AddRange(violations.Select(violation => $"{look}: {violation}"));
                    }
                }
            }
        }
    }

    [Fact]
    public async Task A_tables_head_stays_in_sight_and_an_address_gives_way_in_its_middle()
    {
        var address = $"{new string('a', 60)}@example.com";
        foreach (var number in Enumerable.Range(0, 12))
            await system.CreateAsync(_client, address, $"No. {number}");
        await using var window = await browser.OpenAsync(system.Site, new() { ViewportSize = new() { Width = 1280, Height = 400 } });
        await window.SignInAsync(MailSystem.OperatorKey);
        await window.Page.GotoAsync($"/emails?q=client:{_client}");
        await window.Page.EvaluateAsync("window.scrollTo(0, 600)");
        var head = await window.Page.Locator("thead th").Nth(1).BoundingBoxAsync();
        var bar = await window.Page.Locator(".bar").BoundingBoxAsync();
        Assert.InRange(head!.Y, bar!.Y + bar.Height - 4, bar.Y + bar.Height + 12);
        Assert.Equal(0, bar.Y);

        foreach (var width in _widths)
        {
            await window.Page.SetViewportSizeAsync(width, 900);
            var shown = window.Page.Locator(".address").First;
            Assert.Equal(address, await shown.GetAttributeAsync("title"));
            Assert.Equal(
                (width, true, false),
                (width, await IsCutAsync(shown.Locator(".local")), await IsCutAsync(shown.Locator(".domain"))));
        }

        await window.Page.EmulateMediaAsync(new() { Media = Media.Print });
        Assert.False(await window.Page.Locator(".bar").IsVisibleAsync());
        Assert.False(await window.Page.Locator(".top").IsVisibleAsync());
        window.AssertQuiet();

        static Task<bool> IsCutAsync(ILocator part) => part.EvaluateAsync<bool>("part => part.scrollWidth > part.clientWidth");
    }

    /// <summary>Every view, with something to be seen in it.</summary>
    private async Task<IReadOnlyList<(string Name, string Path)>> ViewsAsync()
    {
        await system.Api.PutAsync($"client/{_client}/email-config", Api.Config(
            Api.Item(
                "welcome", Api.In(TimeSpan.FromMinutes(50)), "Ada Lovelace <ada@example.com>", "Welcome to Acme",
                "Hello Ada,\n\nyour account is ready."),
            Api.Item("reminder", Api.In(TimeSpan.FromDays(3)), "Ada Lovelace <ada@example.com>", "Don't forget to confirm"),
            Weekly()));
        (await system.Api.PutAsync($"client/{_client}/templates/receipt", new JsonObject
        {
            ["subject"] = "Receipt for {{ name }}",
            ["html"] = "<h1>Thank you, {{ name }}</h1>",
            ["sample"] = new JsonObject { ["name"] = "Ada" },
        })).Expect(HttpStatusCode.OK);
        for (var number = 1; number <= 4; number++)
        {
            await system.Api.EmailAsync(
                await system.CreateAsync(_client, $"customer-{number}@example.com", $"Your order no. 100{number}", due: TimeSpan.Zero),
                "sent");
        }

        var pending = await system.CreateAsync(
            _client, $"{new string('g', 50)}@{_client}.example", "Your invoice", "Dear Grace,\n\nplease find your invoice below.",
            "<h1>Invoice</h1><p>Dear Grace, thank you for <b>everything</b>.</p>");
        var failed = await system.CreateFailedAsync(
            _client, $"nobody@{_client}.example", "550 5.1.1 <nobody>: user unknown", "Your receipt");
        var unknown = await system.CreateUnknownAsync(_client, $"doubt@{_client}.example", "Your ticket");
        system.Mail.Smtp.AsUsual();
        await system.NewKeyAsync(_client);
        return
        [
            ("overview", "/"), ("emails", $"/emails?q=client:{_client}"), ("nothing-found", "/emails?subject=nothing+like+this"),
            ("search-faults", "/emails?q=status:burnt"), ("missing", $"/not/here/{new string('x', 300)}"), ("no-client", "/clients/typo"),
            ("email-pending", $"/emails/{pending}"), ("email-failed", $"/emails/{failed}"), ("email-unknown", $"/emails/{unknown}"),
            ("message", $"/emails/{pending}/message"), ("clients", "/clients"), ("client", $"/clients/{_client}"),
            ("config", $"/clients/{_client}/config"), ("series", $"/clients/{_client}/series/week"),
            ("templates", $"/clients/{_client}/templates"), ("template", $"/clients/{_client}/templates/receipt"),
            ("client-events", $"/clients/{_client}/events"), ("events", "/events"), ("release", $"/clients/{_client}/release"),
            ("check", "/check"), ("error", $"/emails/{Guid.Empty}"),
        ];
    }

    private static JsonObject Weekly()
    {
        var item = Api.Item("week", Api.In(TimeSpan.FromDays(1)), subject: "The week");
        item.Remove("scheduled_datetime");
        item["recurrence"] = new JsonObject
        {
            ["rrule"] = "FREQ=WEEKLY;BYDAY=MO",
            ["start_local"] = "2026-12-07T09:00:00",
            ["time_zone"] = "Europe/Berlin",
        };
        return item;
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

using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.Smtp;
using Microsoft.Playwright;

namespace Mail.Tests.Page;

/// <summary>Can we send, what is late and why, what wants a decision: at a glance, and without a reload.</summary>
[Collection(PageTests.Name)]
public sealed class OverviewPageTests(PageSystem system, Browser browser)
{
    private readonly string _client = PageSystem.NewClient();

    [Fact]
    public async Task A_duty_of_the_sweep_that_does_not_succeed_is_seen_with_its_age_and_its_reason()
    {
        await using var dataSource = Npgsql.NpgsqlDataSource.Create(system.Mail.Postgres);
        await using var late = dataSource.CreateCommand(
            "insert into mail.sweep_duty (duty, since, reason) values ('archive', now() - interval '12 minutes 5 seconds', 'The disk "
            + "is full.')");
        await late.ExecuteNonQueryAsync();
        await using var window = await browser.OpenAsync(system.Site);
        await window.SignInAsync(MailSystem.OperatorKey);
        await window.UntilAsync("#housekeeping", "archive has not succeeded for 12 min: The disk is full.");
        await using var gone = dataSource.CreateCommand("delete from mail.sweep_duty where duty = 'archive'");
        await gone.ExecuteNonQueryAsync();
    }

    [Fact]
    public async Task What_is_due_in_the_next_hours_is_counted_and_drawn()
    {
        var due = TimeSpan.FromHours(5);
        var ids = new List<string>();
        foreach (var number in Enumerable.Range(0, 3))
            ids.Add(await system.CreateAsync(_client, subject: $"Due {number}", due: due));
        var key = await system.NewKeyAsync(_client);
        await using var window = await browser.OpenAsync(system.Site);
        await window.SignInAsync(key);
        await window.UntilAsync("#forecast", "3 due from ");
        await window.UntilAsync("#forecast", " on; the last goes at ");
        Assert.Equal(
            (1, 1),
            (await window.Page.Locator("#forecast .bar.is-due").CountAsync(),
                await window.Page.Locator("#forecast .bar.is-sent").CountAsync()));

        // Without a reload.
        (await system.Api.PostAsync($"client/{_client}/hold")).Expect(System.Net.HttpStatusCode.OK);
        await window.UntilAsync("#forecast", "3 held back");
        await Assertions.Expect(window.Page.Locator("#forecast .bar.is-sent")).ToHaveCountAsync(0);
        (await system.Api.PostAsync($"client/{_client}/release")).Expect(System.Net.HttpStatusCode.OK);
        foreach (var id in ids)
            (await system.Api.PostAsync($"scheduled-emails/{id}/cancel")).Expect(System.Net.HttpStatusCode.OK);
        await window.UntilAsync("#forecast", "Nothing is due.");
        window.AssertQuiet();
    }

    [Fact]
    public async Task A_blocked_sender_and_what_is_late_for_it_are_seen_as_they_come_and_go()
    {
        await using var window = await browser.OpenAsync(system.Site);
        await window.SignInAsync(MailSystem.OperatorKey);
        await window.UntilAsync("#can-we-send", "E-mail is being sent");
        await window.Page.EvaluateAsync("window.notReloaded = true");

        system.Mail.Smtp.But(Step.Greeting, "421 4.3.2 closed for the night").But(Step.Mail, "421 4.3.2 closed for the night");
        var subject = $"Late of {_client}";
        var id = await system.CreateAsync(_client, subject: subject, due: TimeSpan.Zero);
        await window.UntilAsync("#can-we-send", "Nothing can be sent now");
        await window.UntilAsync("#can-we-send", "421 4.3.2 closed for the night");
        await window.UntilAsync("#late", subject);
        await window.UntilAsync("#late", "pending, blocked");
        await window.UntilAsync("#late", "the sender is blocked (server not available)");
        await window.PictureAsync("overview-blocked");
        await window.AssertAccessibleAsync("a blocked sender");

        // What it says of one e-mail is the same.
        await window.Page.GetByRole(AriaRole.Link, new() { Name = subject }).ClickAsync();
        await window.UntilAsync("#why", "is blocked");
        await window.Page.GoBackAsync();
        await window.Page.EvaluateAsync("window.notReloaded = true");

        system.Mail.Smtp.AsUsual();
        await system.Api.EmailAsync(id, "sent", Deadline.Sweep);
        await window.UntilAsync("#can-we-send", "E-mail is being sent");
        await Assertions.Expect(window.Page.Locator("#late")).Not.ToContainTextAsync(subject);
        Assert.True(await window.Page.EvaluateAsync<bool>("window.notReloaded === true"));
        window.AssertQuiet();
    }

    [Fact]
    public async Task A_sender_that_is_gone_is_missed()
    {
        await using var window = await browser.OpenAsync(system.Site);
        await window.SignInAsync(MailSystem.OperatorKey);
        await system.Mail.Senders[0].StopAsync();
        await window.UntilAsync("#can-we-send", "No sender is running: start SenderService, or look at its log for why it stopped.");
        await system.Mail.Senders[0].DisposeAsync();
        await system.Mail.Senders[0].StartAsync();
        await window.UntilAsync("#can-we-send", "sender-1 is ready");
        window.AssertQuiet();
    }

    [Fact]
    public async Task What_failed_or_is_in_doubt_wants_a_decision_until_it_is_sent_again()
    {
        await using var window = await browser.OpenAsync(system.Site);
        await window.SignInAsync(MailSystem.OperatorKey);
        var (failed, unknown) = ($"Failed of {_client}", $"Unknown of {_client}");
        var id = await system.CreateFailedAsync(_client, $"nobody@{_client}.example", "550 5.1.1 no such user", failed);
        await system.CreateUnknownAsync(_client, $"doubt@{_client}.example", unknown);
        await window.UntilAsync("#decisions", failed);
        await window.UntilAsync("#decisions", unknown);
        await window.UntilAsync("#decisions", "ask the recipient, and resend it if it did not arrive");

        system.Mail.Smtp.AsUsual();
        await system.Api.PostAsync($"scheduled-emails/{id}/resend");
        await Assertions.Expect(window.Page.Locator("#decisions")).Not.ToContainTextAsync(failed);
        window.AssertQuiet();
    }

    [Fact]
    public async Task What_is_late_and_what_asks_is_grouped_by_reason_and_each_number_leads_to_so_many()
    {
        var held = PageSystem.NewClient();
        (await system.Api.PostAsync($"client/{held}/hold", new System.Text.Json.Nodes.JsonObject { ["reason"] = "moving" }))
            .Expect(System.Net.HttpStatusCode.OK);
        for (var number = 0; number < 3; number++)
            await system.CreateAsync(held, due: TimeSpan.FromMinutes(-1));
        system.Mail.Smtp.ButFor($"grey@{_client}.example", "450 4.2.0 Greylisted, try again later");
        for (var number = 0; number < 2; number++)
            await system.CreateAsync(_client, $"grey@{_client}.example", due: TimeSpan.Zero);
        for (var number = 0; number < 4; number++)
            await system.CreateFailedAsync(_client, $"nobody-{number}@{_client}.example", "550 5.1.1 user unknown");

        await using var window = await browser.OpenAsync(system.Site);
        await window.SignInAsync(MailSystem.OperatorKey);
        await window.UntilAsync("#late", $"3 held back: {held}");
        await window.UntilAsync("#late", "moving");
        await window.UntilAsync("#late", $"2 tried again: {_client}.example");
        await window.PictureAsync("overview-reasons");
        await window.AssertAccessibleAsync("the overview by reason");
        foreach (var name in new[] { $"3 held back: {held}", $"2 tried again: {_client}.example" })
            await AssertLeadsAsync(window, "#late", name);
        // Those of other tests may be among them.
        var failed = await window.Page.Locator("#decisions .groups a", new() { HasTextString = "failed" }).First.InnerTextAsync();
        Assert.InRange(int.Parse(failed.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture), 4, 1000);
        foreach (var card in await window.Page.Locator("#numbers a").AllAsync())
            await AssertLeadsToItsNumberAsync(window, card);

        (await system.Api.PostAsync($"client/{held}/release")).Expect(System.Net.HttpStatusCode.OK);
        system.Mail.Smtp.AsUsual();
        window.AssertQuiet();
    }

    private static async Task AssertLeadsAsync(Window window, string region, string name)
    {
        var link = window.Page.Locator($"{region} .groups a", new() { HasTextString = name });
        await AssertCountAsync(
            window, (await link.GetAttributeAsync("href"))!,
            int.Parse(name.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
    }

    // E-mails of other tests come due meanwhile: the two are looked at again until they were looked at with nothing in between.
    private static async Task AssertLeadsToItsNumberAsync(Window window, ILocator card)
    {
        var page = await window.Context.NewPageAsync();
        await Deadline.UntilAsync(
            async () =>
            {
                var before = await NumberAsync(card.Locator("strong"));
                await page.GotoAsync((await card.GetAttributeAsync("href"))!);
                await Assertions.Expect(page.Locator("#total, .empty").First).ToBeVisibleAsync();
                var total = page.Locator("#total");
                return (Card: before, Led: await total.CountAsync() == 0 ? 0 : await NumberAsync(total));
            },
            counts => counts.Card == counts.Led);
        await page.CloseAsync();
    }

    private static async Task<int> NumberAsync(ILocator text) => int.Parse(
        (await text.InnerTextAsync()).Split(' ')[0], System.Globalization.NumberStyles.AllowThousands,
        System.Globalization.CultureInfo.InvariantCulture);

    private static async Task AssertCountAsync(Window window, string path, int count)
    {
        var page = await window.Context.NewPageAsync();
        var says = count switch { 0 => "No e-mail is like this.", 1 => "1 e-mail", _ => $"{count} e-mails" };
        // One that is tried again is no longer pending while it is tried.
        await Deadline.UntilAsync(
            async () =>
            {
                await page.GotoAsync(path);
                return (await page.Locator("#total, .empty").First.InnerTextAsync()).Trim();
            },
            text => text.StartsWith(says, StringComparison.Ordinal));
        await page.CloseAsync();
    }

    [Fact]
    public async Task Outcomes_and_lateness_are_drawn()
    {
        for (var number = 0; number < 3; number++)
            await system.Api.EmailAsync(await system.CreateAsync(_client, due: TimeSpan.Zero), "sent");
        await using var window = await browser.OpenAsync(system.Site);
        await window.SignInAsync(MailSystem.OperatorKey);
        // Counted within seconds.
        await Deadline.UntilAsync(
            () => window.Page.Locator("#outcomes figcaption").First.InnerTextAsync(),
            caption => int.Parse(caption.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) >= 3);
        await window.UntilAsync("#outcomes", "half of them at most");
        Assert.NotEqual(0, await window.Page.Locator("#outcomes rect.bar.is-sent").CountAsync());
        window.AssertQuiet();
    }

    [Fact]
    public async Task All_sending_is_held_back_and_released_after_a_look_at_what_would_go_out()
    {
        await using var window = await browser.OpenAsync(system.Site);
        await window.SignInAsync(MailSystem.OperatorKey);
        await window.Page.GotoAsync("/clients");
        await window.ActAsync("Hold back", "Hold back", action => action.GetByLabel("Reason").FillAsync("moving house"));
        await window.UntilAsync(".notice", "Held.");
        var id = await system.CreateAsync(_client, due: TimeSpan.Zero);
        await window.Page.GotoAsync($"/emails/{id}");
        await window.UntilAsync("#why", "All sending is held back since");
        await window.Page.GotoAsync("/");
        await window.UntilAsync("#can-we-send", "moving house");

        await window.Page.GetByText("See what a release would send").ClickAsync();
        await window.UntilAsync("table", _client);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Release" }).ClickAsync();
        await window.UntilAsync(".notice", "Released.");
        await system.Api.EmailAsync(id, "sent");
        window.AssertQuiet();
    }
}

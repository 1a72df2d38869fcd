using Mail.Tests.Fixtures;
using Microsoft.Playwright;

namespace Mail.Tests.Page;

/// <summary>Looking for e-mails.</summary>
[Collection(PageTests.Name)]
public sealed class EmailsPageTests(PageSystem system, Browser browser) : IAsyncLifetime
{
    private readonly string _client = PageSystem.NewClient();
    private Window _window = null!;

    public async ValueTask InitializeAsync()
    {
        _window = await browser.OpenAsync(system.Site);
        await _window.SignInAsync(MailSystem.OperatorKey);
    }

    public async ValueTask DisposeAsync()
    {
        _window.AssertQuiet();
        await _window.DisposeAsync();
    }

    [Fact]
    public async Task They_are_found_by_recipient_subject_client_key_status_and_time()
    {
        var (ada, bob) = ($"Ada.Lovelace@{_client}.example", $"bob@{_client}.example");
        await system.Api.PutAsync($"client/{_client}/email-config", Api.Config(
            Api.Item("first-key", DateTimeOffset.Parse("2031-07-01T10:00:00+02:00", System.Globalization.CultureInfo.InvariantCulture), $"Ada <{ada}>", $"{_client} Rechnung"),
            Api.Item("second-key", DateTimeOffset.Parse("2032-01-01T10:00:00+01:00", System.Globalization.CultureInfo.InvariantCulture), bob, $"{_client} Mahnung")));
        await system.CreateFailedAsync(_client, $"nobody@{_client}.example", "550 5.1.1 no such user", $"{_client} Absage");
        system.Mail.Smtp.AsUsual();

        await AssertFindsAsync(["Rechnung"], ("Recipient", ada.ToUpperInvariant()));
        await AssertFindsAsync(["Mahnung", "Absage", "Rechnung"], ("Recipient", $"@{_client}."));
        await AssertFindsAsync(["Rechnung"], ("Recipient", $"lovelace@{_client}"));
        await AssertFindsAsync(["Mahnung"], ("Subject contains", $"{_client.ToUpperInvariant()} mahn"));
        await AssertFindsAsync(["Rechnung", "Mahnung", "Absage"], ("Client", _client));
        await AssertFindsAsync(["Mahnung"], ("Client", _client), ("Key", "second-key"));
        await AssertFindsAsync(["Absage"], ("Client", _client), ("failed", ""));
        await AssertFindsAsync(["Rechnung", "Mahnung"], ("Client", _client), ("pending", ""));
        // The viewer's own time: two hours ahead in summer.
        await AssertFindsAsync(["Rechnung"], ("Client", _client), ("Due from", "2031-07-01T09:59:59"), ("Due before", "2031-07-01T10:00:01"));
        await AssertFindsAsync(["Rechnung"], ("Recipient", ada), ("Due from", "2031-07-01T09:59:59"));
        await AssertFindsAsync([], ("Recipient", ada), ("Due from", "2031-07-01T10:00:01"));
        await AssertFindsAsync([], ("Recipient", $"nobody-else@{_client}.example"));
    }

    [Fact]
    public async Task Many_are_seen_page_by_page_each_once()
    {
        var emails = new System.Text.Json.Nodes.JsonArray();
        for (var number = 0; number < 120; number++)
            emails.Add(Api.Item(key: null, Api.In(TimeSpan.FromMinutes(60 + number)), $"many@{_client}.example", $"No. {number} of {_client}"));
        (await system.Api.PostAsync($"client/{_client}/scheduled-emails/batch", new System.Text.Json.Nodes.JsonObject { ["emails"] = emails })).Expect(System.Net.HttpStatusCode.Created);

        foreach (var search in new[] { $"client={_client}", $"recipient=many@{_client}.example", $"subject=of+{_client}", $"client={_client}&status=pending" })
        {
            var seen = new List<string>();
            await _window.Page.GotoAsync($"/emails?{search}");
            while (true)
            {
                seen.AddRange(await _window.Page.Locator("td.wide a").AllInnerTextsAsync());
                var more = _window.Page.GetByRole(AriaRole.Link, new() { Name = "More" });
                if (await more.CountAsync() == 0)
                    break;
                await more.ClickAsync();
            }

            Assert.Equal((search, 120, 120), (search, seen.Count, seen.Distinct().Count()));
        }
    }

    [Fact]
    public async Task A_time_that_is_none_is_refused_and_said()
    {
        Assert.Equal(422, (await _window.Page.GotoAsync("/emails?from=yesterday"))!.Status);
        await _window.UntilAsync("[role=alert]", "/from is not a time");
    }

    private async Task AssertFindsAsync(string[] subjects, params (string Field, string Value)[] form)
    {
        await _window.Page.GotoAsync("/emails");
        foreach (var (field, value) in form)
        {
            if (value.Length == 0)
                await _window.Page.GetByLabel(field, new() { Exact = true }).CheckAsync();
            else
                await _window.Page.GetByLabel(field).FillAsync(value);
        }

        await _window.Page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await _window.Page.WaitForURLAsync("**/emails?**");
        var found = await _window.Page.Locator("td.wide a").AllInnerTextsAsync();
        Assert.Equal(subjects.Order(StringComparer.Ordinal), found.Select(subject => subject.Split(' ')[^1]).Order(StringComparer.Ordinal));
    }
}

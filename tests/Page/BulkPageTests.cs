using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;
using Microsoft.Playwright;

namespace Mail.Tests.Page;

/// <summary>Working through a list: what an action would do is shown first, and done to exactly that.</summary>
[Collection(PageTests.Name)]
public sealed class BulkPageTests(PageSystem system, Browser browser) : SignedIn(system, browser)
{
    [Fact]
    public async Task What_is_selected_is_shown_before_it_is_cancelled_and_each_is_answered()
    {
        var ids = await CreateAsync(3);
        await Page.GotoAsync($"/emails?q=client:{Client}");
        await Window.UntilAsync("#total", "3 e-mails, the last due first");
        await Assertions.Expect(Action("Cancel")).ToBeDisabledAsync();
        await Page.Locator($"input[value='{ids[0]}']").CheckAsync();
        await Page.Locator($"input[value='{ids[1]}']").CheckAsync();
        await Window.UntilAsync("[data-selected]", "2 selected.");
        await Action("Cancel").ClickAsync();
        await Assertions.Expect(Heading).ToHaveTextAsync("Cancel 2 e-mails?");
        await Window.UntilAsync("#outcomes", "2 would be cancelled");
        await Window.UntilAsync("main", "Nothing has changed yet.");
        await Window.PictureAsync("bulk-before");
        await Window.AssertAccessibleAsync("before a bulk action");
        Assert.Equal("pending", await StatusAsync(ids[0]));

        // One is faster.
        await Running.Api.PostAsync($"scheduled-emails/{ids[1]}/send-now");
        await Running.Api.EmailAsync(ids[1], "sent");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Cancel 2" }).ClickAsync();
        await Assertions.Expect(Heading).ToHaveTextAsync("1 e-mail cancelled");
        await Window.UntilAsync("#outcomes", "1 too late: being sent, or final");
        Assert.Equal(("cancelled", "sent", "pending"), (await StatusAsync(ids[0]), await StatusAsync(ids[1]), await StatusAsync(ids[2])));
    }

    [Fact]
    public async Task All_that_match_are_moved_by_minutes_and_those_that_come_later_are_not()
    {
        var ids = await CreateAsync(60);
        var before = await DueAsync(ids[59]);
        await Page.GotoAsync($"/emails?q=client:{Client}+status:pending");
        await Page.GetByLabel("All 60 that match").CheckAsync();
        await Action("Move").ClickAsync();
        await Assertions.Expect(Heading).ToHaveTextAsync("Move 60 e-mails?");
        await Page.GetByLabel("or by how many minutes later").FillAsync("90");
        await Page.GetByRole(AriaRole.Button, new() { Name = "See what would happen" }).ClickAsync();
        await Window.UntilAsync("#outcomes", "60 would be moved");
        var late = (await CreateAsync(1))[0];
        var lateDue = await DueAsync(late);
        // However often the button is pushed.
        await Page.GetByRole(AriaRole.Button, new() { Name = "Move 60" }).ClickAsync();
        await Assertions.Expect(Heading).ToHaveTextAsync("60 e-mails moved");
        await Page.ReloadAsync();
        await Assertions.Expect(Heading).ToHaveTextAsync("60 e-mails moved");
        Assert.Equal((before.AddMinutes(90), lateDue), (await DueAsync(ids[59]), await DueAsync(late)));
    }

    [Fact]
    public async Task What_failed_is_resent_or_dismissed_and_no_longer_asks_for_a_decision()
    {
        var failed = new List<string>();
        for (var number = 0; number < 2; number++)
            failed.Add(await Running.CreateFailedAsync(Client, $"nobody@{Client}.example", "550 5.1.1 no such user"));
        Running.Mail.Smtp.AsUsual();
        await Page.GotoAsync($"/emails?q=client:{Client}+is:undecided");
        await Assertions.Expect(Page.Locator("td.wide a")).ToHaveCountAsync(2);
        await Page.Locator($"input[value='{failed[0]}']").CheckAsync();
        await Action("Resend").ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Resend 1" }).ClickAsync();
        await Assertions.Expect(Heading).ToHaveTextAsync("1 e-mail sent again");
        await Window.FollowAsync(Page.GetByRole(AriaRole.Link, new() { Name = "the new one" }));
        await Window.UntilAsync("#why", "the server answered 250");

        await Page.GotoAsync($"/emails?q=client:{Client}+is:undecided");
        await Page.Locator("[data-select-all]").CheckAsync();
        await Action("Dismiss").ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Dismiss 1" }).ClickAsync();
        await Assertions.Expect(Heading).ToHaveTextAsync("1 e-mail dismissed");
        await Page.GotoAsync($"/emails?q=client:{Client}+is:undecided");
        await Window.UntilAsync(".empty", "No e-mail is like this.");
        await Page.GotoAsync($"/emails?q=client:{Client}+is:dismissed");
        await Assertions.Expect(Page.Locator("td.wide a")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Without_a_script_all_that_match_are_cancelled_too()
    {
        var ids = await CreateAsync(2);
        await using var plain = await Browser.OpenAsync(Running.Site, new() { JavaScriptEnabled = false });
        await plain.SignInAsync(MailSystem.OperatorKey);
        await plain.Page.GotoAsync($"/emails?q=client:{Client}");
        await plain.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel…" }).ClickAsync();
        await plain.UntilAsync("[role=alert]", "No e-mail was selected. Nothing changed.");
        await plain.Page.GoBackAsync();
        await plain.Page.GetByLabel("All 2 that match").CheckAsync();
        await plain.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel…" }).ClickAsync();
        await plain.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel 2" }).ClickAsync();
        await plain.UntilAsync("h1", "2 e-mails cancelled");
        Assert.Equal("cancelled", await StatusAsync(ids[1]));
    }

    [Fact]
    public async Task A_client_acts_on_its_own_alone_and_sees_only_that_in_its_export()
    {
        var (mine, theirs) = ((await CreateAsync(1))[0], await Running.CreateAsync(PageSystem.NewClient(), subject: $"Theirs of {Client}"));
        await using var own = await Browser.OpenAsync(Running.Site);
        await own.SignInAsync(await Running.NewKeyAsync(Client));
        await own.Page.GotoAsync("/emails");
        // A form that names another client's.
        await own.Page.Locator($"input[value='{mine}']").EvaluateAsync($"box => {{ box.value = '{theirs}'; box.checked = true; }}");
        await own.Page.Locator("form[data-bulk]").EvaluateAsync(
            "form => form.requestSubmit(Object.assign(form.querySelector('button[value=cancel]'), { disabled: false }))");
        await own.UntilAsync("#outcomes", "1 is not there any more");
        Assert.DoesNotContain("Theirs of", await own.TextAsync(), StringComparison.Ordinal);

        await own.Page.GotoAsync("/emails");
        var download = await own.Page.RunAndWaitForDownloadAsync(
            () => own.Page.GetByRole(AriaRole.Link, new() { Name = "Export as CSV" }).ClickAsync());
        var csv = await File.ReadAllLinesAsync((await download.PathAsync())!, TestContext.Current.CancellationToken);
        Assert.Equal("emails.csv", download.SuggestedFilename);
        Assert.StartsWith("id,client_id,key,", csv[0], StringComparison.Ordinal);
        Assert.StartsWith($"{mine},{Client},", Assert.Single(csv.Skip(1)), StringComparison.Ordinal);
    }

    private ILocator Heading => Page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    private ILocator Action(string name) => Page.GetByRole(AriaRole.Button, new() { Name = $"{name}…", Exact = true });

    private async Task<string> StatusAsync(string id) => (string)(await Running.Api.GetAsync($"scheduled-emails/{id}")).Json["status"]!;

    private async Task<DateTimeOffset> DueAsync(string id) => DateTimeOffset.Parse(
        (string)(await Running.Api.GetAsync($"scheduled-emails/{id}")).Json["scheduled_datetime"]!,
        System.Globalization.CultureInfo.InvariantCulture);

    private async Task<List<string>> CreateAsync(int count)
    {
        var items = Enumerable.Range(0, count).Select(number => Api.Item(null, Api.In(TimeSpan.FromMinutes(60 + number))));
        var made = (await Running.Api.PostAsync($"client/{Client}/scheduled-emails/batch", Api.Config(items)))
            .Expect(HttpStatusCode.Created).Json;
        return [.. made["items"]!.AsArray().Select(item => (string)item!["id"]!)];
    }
}

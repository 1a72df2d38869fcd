using System.Net;
using Mail.Tests.Fixtures;
using Microsoft.Playwright;

namespace Mail.Tests.Page;

/// <summary>Who gets in, and what a session is good for.</summary>
[Collection(PageTests.Name)]
public sealed class SessionTests(PageSystem system, Browser browser)
{
    [Fact]
    public async Task A_wrong_key_gets_nobody_in_and_the_right_one_leads_to_where_one_wanted_to_be()
    {
        await using var window = await browser.OpenAsync(system.Site);
        await window.Page.GotoAsync("/emails?q=nothing+like+this");
        Assert.Contains("/sign-in?to=", window.Page.Url, StringComparison.Ordinal);
        await window.Page.GetByLabel("API key").FillAsync("a-key-that-nobody-ever-made");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await window.UntilAsync("[role=alert]", "This API key is not known, or was revoked.");

        await window.Page.GetByLabel("API key").FillAsync(MailSystem.OperatorKey);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await window.AtAsync("/emails?q=nothing+like+this");
        var cookie = Assert.Single(await window.Context.CookiesAsync());
        Assert.Equal((true, SameSiteAttribute.Strict), (cookie.HttpOnly, cookie.SameSite));
        Assert.DoesNotContain(MailSystem.OperatorKey, cookie.Value, StringComparison.Ordinal);

        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await window.AtAsync("/sign-in");
        await window.Page.GotoAsync("/");
        Assert.Contains("/sign-in", window.Page.Url, StringComparison.Ordinal);
        window.AssertQuiet();
    }

    [Fact]
    public async Task A_clients_key_shows_that_client_alone()
    {
        var (own, other) = (PageSystem.NewClient(), PageSystem.NewClient());
        await system.CreateAsync(own, subject: $"Of {own}");
        var foreign = await system.CreateAsync(other, subject: $"Of {other}");
        await using var window = await browser.OpenAsync(system.Site);
        await window.SignInAsync(await system.NewKeyAsync(own));

        await window.Page.GotoAsync($"/emails?client={other}");
        var text = await window.TextAsync();
        Assert.Contains($"Of {own}", text, StringComparison.Ordinal);
        Assert.DoesNotContain($"Of {other}", text, StringComparison.Ordinal);
        foreach (var (path, status) in new[]
        {
            ($"/emails/{foreign}", 404), ($"/emails/{foreign}/html", 404), ($"/clients/{other}", 403), ($"/clients/{other}/config", 403),
            ("/check", 403), ($"/clients/{own}/release", 403), ("/everything/release", 403), ($"/clients/{own}", 200),
            ($"/clients/{own}/config", 200), ("/clients", 200), ("/", 200),
        })
        {
            Assert.Equal((path, status), (path, (await window.Page.GotoAsync(path))!.Status));
        }

        window.AssertQuiet();
    }

    [Fact]
    public async Task A_session_ends_with_its_key()
    {
        var client = PageSystem.NewClient();
        await using var window = await browser.OpenAsync(system.Site);
        await window.SignInAsync(await system.NewKeyAsync(client));
        var id = (string)(await system.Api.GetAsync($"client/{client}/api-keys")).Json["items"]![0]!["id"]!;
        (await system.Api.DeleteAsync($"client/{client}/api-keys/{id}")).Expect(HttpStatusCode.NoContent);
        await window.Page.GotoAsync("/");
        Assert.Contains("/sign-in", window.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_is_no_key_to_the_API_and_one_that_was_tampered_with_is_none()
    {
        await using var window = await browser.OpenAsync(system.Site);
        await window.SignInAsync(MailSystem.OperatorKey);
        Assert.Equal(401, (await window.Page.APIRequest.GetAsync("/api/v1/holds")).Status);

        var cookie = Assert.Single(await window.Context.CookiesAsync());
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = system.Site,
        };
        for (var place = 0; place < cookie.Value.Length; place += 7)
        {
            var characters = cookie.Value.ToCharArray();
            characters[place] = characters[place] == 'A' ? 'B' : 'A';
            Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(new string(characters)));
        }

        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(new string('*', cookie.Value.Length)));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(cookie.Value));

        async Task<HttpStatusCode> StatusAsync(string value)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/");
            request.Headers.Add("Cookie", $"{cookie.Name}={value}");
            using var answer = await http.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task A_form_without_this_sessions_token_or_from_another_site_does_nothing()
    {
        var id = await system.CreateAsync(PageSystem.NewClient());
        await using var window = await browser.OpenAsync(system.Site);
        await using var another = await browser.OpenAsync(system.Site);
        await window.SignInAsync(MailSystem.OperatorKey);
        await another.SignInAsync(MailSystem.OperatorKey);
        var token = await another.Page.Locator("input[name=_token]").First.GetAttributeAsync("value");
        var own = await window.Page.Locator("input[name=_token]").First.GetAttributeAsync("value");

        Assert.Equal(403, await PostAsync(null, null));
        Assert.Equal(403, await PostAsync(token!, null));
        Assert.Equal(403, await PostAsync(own!, "cross-site"));
        Assert.Equal("pending", (string)(await system.Api.GetAsync($"scheduled-emails/{id}")).Json["status"]!);
        Assert.Equal(200, await PostAsync(own!, "same-origin"));
        Assert.Equal("cancelled", (string)(await system.Api.GetAsync($"scheduled-emails/{id}")).Json["status"]!);

        async Task<int> PostAsync(string? formToken, string? site)
        {
            var form = window.Context.APIRequest.CreateFormData();
            if (formToken is not null)
                form.Set("_token", formToken);
            return (await window.Context.APIRequest.PostAsync(
                $"{system.Site}emails/{id}/cancel",
                new() { Form = form, Headers = site is null ? [] : [new("Sec-Fetch-Site", site)] })).Status;
        }
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example/")]
    public async Task Signing_in_leads_nowhere_else(string to)
    {
        await using var window = await browser.OpenAsync(system.Site);
        await window.Page.GotoAsync($"/sign-in?to={Uri.EscapeDataString(to)}");
        await window.Page.GetByLabel("API key").FillAsync(MailSystem.OperatorKey);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await window.AtAsync("/");
        Assert.Equal(system.Site, new Uri(window.Page.Url));
        window.AssertQuiet();
    }
}

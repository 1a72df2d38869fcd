using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>The page and the API under a path, behind the reverse proxies that people use.</summary>
[Collection(SharedSystemTests.Name)]
public sealed partial class PathPrefixTests(PathPrefixTests.Proxies proxies, SharedSystem system) : IClassFixture<PathPrefixTests.Proxies>
{
    private const string Prefix = "/tools/mail";

    private readonly string _client = SharedSystemTests.NewClient();

    /// <summary>Each proxy in each way of publishing a path, before a service that knows the path and one that is told.</summary>
    public sealed class Proxies(SharedSystem system) : IAsyncLifetime
    {
        private readonly List<ServiceProcess> _services = [];
        private readonly List<ReverseProxy> _proxies = [];
        private readonly Dictionary<string, Uri> _sites = new(StringComparer.Ordinal);

        internal static string[] Ways { get; } =
            [
                .. from proxy in new[] { "nginx", "caddy" } from strips in new[]
                {
                    "strips", "keeps",
                } from tells in new[] { "told", "configured" } select $"{proxy} {strips} {tells}",
            ];

        /// <summary>A service with <c>PATH_BASE</c>.</summary>
        internal Uri Configured => _services[0].Address;

        /// <summary>A service that trusts proxies.</summary>
        internal Uri Told => _services[1].Address;

        internal Uri SiteOf(string way) => _sites[way];

        public async ValueTask InitializeAsync()
        {
            // As people write it.
            await StartAsync(("PATH_BASE", $"{Prefix}/"));
            await StartAsync(("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true"));
            foreach (var ways in Ways.GroupBy(way => way.Split(' ')[0]))
            {
                var routes = ways.ToDictionary(way => way, RouteOf, StringComparer.Ordinal);
                _proxies.Add(await ReverseProxy.StartAsync(ways.Key, [.. routes.Values]));
                foreach (var (way, route) in routes)
                    _sites[way] = route.Site;
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var proxy in _proxies)
                await proxy.DisposeAsync();
            foreach (var service in _services)
                await service.DisposeAsync();
        }

        private ReverseProxy.Route RouteOf(string way)
        {
            var (strips, tells) = (way.Contains("strips", StringComparison.Ordinal), way.Contains("told", StringComparison.Ordinal));
            return new(tells ? Told : Configured, Prefix, strips, tells);
        }

        private async Task StartAsync((string Name, string Value) setting)
        {
            var service = ServiceProcess.On(
                system.Mail.Postgres, system.Mail.RabbitMq, "ConfigService",
                new(StringComparer.Ordinal) { ["API_KEY"] = MailSystem.OperatorKey, [setting.Name] = setting.Value });
            _services.Add(service);
            await service.StartAsync();
        }
    }

    // An address of the search as the version before had it.
    private static async Task<string> SearchOfAsync(HttpClient browser, Uri before)
    {
        using var answer = await browser.GetAsync(before);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.StartsWith($"{Prefix}/emails?q=client", LocationOf(answer), StringComparison.Ordinal);
        return LocationOf(answer);
    }

    public static TheoryData<string> Ways => [.. Proxies.Ways];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task One_signs_in_and_every_link_form_and_redirect_of_the_page_stays_under_the_path(string way)
    {
        var site = proxies.SiteOf(way);
        var id = await CreateAsync(system.Mail.ConfigServices[0].Address);
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using (var asked = await browser.GetAsync(new Uri(site, "emails?client=nobody")))
        {
            Assert.Equal(
                (HttpStatusCode.Redirect, $"{Prefix}/sign-in?to=%2Femails%3Fclient%3Dnobody"), (asked.StatusCode, LocationOf(asked)));
        }

        using (var signedIn = await PostAsync(
            browser, new Uri(site, "sign-in"), ("to", "/emails?client=nobody"), ("key", MailSystem.OperatorKey)))
        {
            Assert.Equal((HttpStatusCode.Redirect, $"{Prefix}/emails?client=nobody"), (signedIn.StatusCode, LocationOf(signedIn)));
            Assert.Contains($"path={Prefix};", Assert.Single(signedIn.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
        }

        // Each page, and whatever they lead to: pages, style sheet, script, icon, the frame with the HTML.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var next = new Queue<string>(
            [
                site.AbsolutePath, $"{Prefix}/clients/{_client}", $"{Prefix}/clients/{_client}/config", $"{Prefix}/emails/{id}",
                $"{Prefix}/everything/release", await SearchOfAsync(browser, new Uri(site, $"emails?client={_client}")),
            ]);
        while (next.TryDequeue(out var path) && seen.Count < 60)
        {
            if (!seen.Add(path))
                continue;
            using var answer = await browser.GetAsync(new Uri(site, path));
            if (path == $"{Prefix}/docs")
            {
                Assert.Equal($"{Prefix}/docs/", new Uri(new Uri(site, path), LocationOf(answer)).AbsolutePath);
                continue;
            }

            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path} answered {answer.StatusCode}");
            if (answer.Content.Headers.ContentType?.MediaType != "text/html")
                continue;
            foreach (Match found in Reference().Matches(await answer.Content.ReadAsStringAsync()))
            {
                var reference = WebUtility.HtmlDecode(found.Groups["to"].Value);
                Assert.True(
                    reference.StartsWith($"{Prefix}/", StringComparison.Ordinal) || reference[0] == '#', $"{path} has {found.Value}");
                // What other tests left behind is not looked at.
                if (found.Groups["attribute"].Value != "action"
                    && (reference.Contains(id, StringComparison.Ordinal) || reference.EndsWith(_client, StringComparison.Ordinal)
                        || reference.Contains("/assets/", StringComparison.Ordinal) || reference.Count(character => character == '/') < 4))
                {
                    next.Enqueue(reference.Split('#')[0] is { Length: > 0 } page ? page : path);
                }
            }
        }

        Assert.Contains(seen, path => path.StartsWith($"{Prefix}/assets/page.js", StringComparison.Ordinal));
        Assert.Contains($"{Prefix}/emails/{id}/html", seen);

        var form = await browser.GetStringAsync(new Uri(site, $"emails/{id}"));
        using var cancelled = await PostAsync(
            browser, new Uri(site, Action().Match(form).Groups["to"].Value), ("_token", Token().Match(form).Groups["token"].Value));
        Assert.Equal($"{Prefix}/emails/{id}?did=cancelled", LocationOf(cancelled));
        Assert.Contains(
            "cancelled", await browser.GetStringAsync(new Uri(site, LocationOf(cancelled))), StringComparison.OrdinalIgnoreCase);
        using var signedOut = await PostAsync(browser, new Uri(site, "sign-out"), ("_token", Token().Match(form).Groups["token"].Value));
        Assert.Equal($"{Prefix}/sign-in", LocationOf(signedOut));
        using var outside = await browser.GetAsync(site);
        Assert.Equal(HttpStatusCode.Redirect, outside.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Locations_of_the_API_and_servers_of_its_document_can_be_followed(string way)
    {
        var site = proxies.SiteOf(way);
        using var http = new HttpClient();
        var document = JsonNode.Parse(await http.GetStringAsync(new Uri(site, "openapi/v1.json")))!;
        var server = (string)Assert.Single(document["servers"]!.AsArray())!["url"]!;
        Assert.Equal(Prefix, server);
        Assert.NotEmpty(document["paths"]!.AsObject());
        using (var status = await http.GetAsync(new Uri(site, $"{server}/api/v1/email-status")))
            Assert.Equal(HttpStatusCode.OK, status.StatusCode);

        http.DefaultRequestHeaders.Authorization = new("Bearer", MailSystem.OperatorKey);
        http.DefaultRequestHeaders.Add("Idempotency-Key", way);
        foreach (var replayed in new[] { false, true })
        {
            using var created = await http.PostAsync(
                new Uri(site, $"api/v1/client/{_client}/scheduled-emails"),
                new StringContent(Api.Item(null, new(2099, 1, 1, 0, 0, 0, TimeSpan.Zero)).ToJsonString(), null, "application/json"));
            Assert.Equal((HttpStatusCode.Created, replayed), (created.StatusCode, created.Headers.Contains("Idempotency-Replayed")));
            Assert.StartsWith($"{Prefix}/api/v1/scheduled-emails/", LocationOf(created), StringComparison.Ordinal);
            using var found = await http.GetAsync(new Uri(site, LocationOf(created)));
            Assert.Equal(HttpStatusCode.OK, found.StatusCode);
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_post_without_a_body_needs_no_length(string way)
    {
        // As curl -X POST writes it; an HttpClient always says a length.
        var site = proxies.SiteOf(way);
        using var caller = new System.Net.Sockets.TcpClient();
        await caller.ConnectAsync(site.Host, site.Port, TestContext.Current.CancellationToken);
        await using var stream = caller.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST {Prefix}/api/v1/scheduled-emails/process HTTP/1.1\r\nHost: {site.Authority}\r\n"
                + $"Authorization: Bearer {MailSystem.OperatorKey}\r\nConnection: close\r\n\r\n"),
            TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        Assert.StartsWith(
            "HTTP/1.1 200 ", await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("//evil.example/mail")]
    [InlineData("/a/../b")]
    [InlineData("/a/./b")]
    [InlineData("/a//b")]
    [InlineData("/\\evil.example")]
    [InlineData("/%2f%2fevil.example")]
    [InlineData("/a%0d%0aSet-Cookie:%20x=1")]
    [InlineData("/\"><script>alert(1)</script>")]
    [InlineData("/a;path=/")]
    [InlineData("https://evil.example/mail")]
    [InlineData("mail")]
    [InlineData("/")]
    [InlineData("/api")]
    [InlineData("/clients/mail")]
    [InlineData("/mail, //evil.example")]
    public async Task A_prefix_that_is_no_plain_path_is_ignored(string prefix)
    {
        Assert.Equal("/sign-in?to=%2F", await LocationAsync(proxies.Told, prefix));
        Assert.Equal("/sign-in?to=%2F", await LocationAsync(proxies.Told, "/" + new string('a', 300)));
    }

    [Fact]
    public async Task The_header_counts_where_proxies_are_trusted_alone_and_there_its_last_value_does()
    {
        Assert.Equal("/mail/sign-in?to=%2F", await LocationAsync(proxies.Told, "/mail"));
        Assert.Equal("/mail/sign-in?to=%2F", await LocationAsync(proxies.Told, "//evil.example, /mail/"));
        Assert.Equal($"{Prefix}/sign-in?to=%2F", await LocationAsync(proxies.Configured, "/elsewhere"));
        Assert.Equal("/sign-in?to=%2F", await LocationAsync(system.Mail.ConfigServices[0].Address, "/mail"));
    }

    [Fact]
    public async Task A_session_of_another_installation_at_the_root_of_the_same_host_is_not_in_the_way()
    {
        var site = proxies.SiteOf("nginx keeps configured");
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });
        using var signedIn = await PostAsync(http, new Uri(site, "sign-in"), ("key", MailSystem.OperatorKey));
        var own = Assert.Single(signedIn.Headers.GetValues("Set-Cookie")).Split(';')[0];
        using var request = new HttpRequestMessage(HttpMethod.Get, site);
        // The longer path comes first (RFC 6265 section 5.4).
        request.Headers.Add("Cookie", $"{own}; mail_session={new string('A', 96)}");
        using var answer = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private async Task<string> CreateAsync(Uri service)
    {
        using var api = new Api(service, MailSystem.OperatorKey);
        var email = Api.Item("a", Api.In(TimeSpan.FromDays(1)));
        email["html"] = "<p>Hello</p>";
        return (string)(await api.PutAsync($"client/{_client}/email-config", Api.Config(email)))
            .Expect(HttpStatusCode.OK).Json["emails"]![0]!["id"]!;
    }

    private static async Task<string> LocationAsync(Uri service, string prefix)
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, service);
        request.Headers.TryAddWithoutValidation("X-Forwarded-Prefix", prefix);
        using var answer = await http.SendAsync(request);
        return LocationOf(answer);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient http, Uri address, params (string Name, string Value)[] fields) =>
        http.PostAsync(address, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));

    private static string LocationOf(HttpResponseMessage answer) =>
        answer.Headers.Location?.OriginalString ?? $"none ({answer.StatusCode})";

    [GeneratedRegex(
        " (?<attribute>href|src|action|data-path)=\"(?<to>[^\"]*)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Reference();

    [GeneratedRegex("action=\"(?<to>[^\"]*/cancel)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Action();

    [GeneratedRegex("name=\"_token\" value=\"(?<token>[^\"]*)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Token();
}

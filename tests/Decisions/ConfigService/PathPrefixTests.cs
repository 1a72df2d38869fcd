using System.Text.RegularExpressions;
using Mail.ConfigService.Requests;
using Mail.Hosting;

namespace Mail.Tests.Decisions.ConfigService;

/// <summary>Which path the site is published under.</summary>
public sealed partial class PathPrefixTests
{
    [Theory]
    [InlineData("/mail", "/mail")]
    [InlineData("mail", "/mail")]
    [InlineData("/mail/", "/mail")]
    [InlineData("/api/mail", "/api/mail")]
    [InlineData("/~ops/mail_v1.2-a", "/~ops/mail_v1.2-a")]
    [InlineData("/", "")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void The_variable_may_have_slashes_around_the_path_or_not(string? value, string prefix) =>
        Assert.Equal(prefix, PathPrefix.Configured(value).ToString());

    [Theory]
    [InlineData("https://example.com/mail")]
    [InlineData("//evil.example")]
    [InlineData("/a/../b")]
    [InlineData("/a b")]
    [InlineData("/ä")]
    [InlineData("/a\r\nSet-Cookie: x=1")]
    [InlineData("/mail\n")]
    public void A_variable_that_is_no_path_is_refused(string value) =>
        Assert.StartsWith(
            $"PATH_BASE is \"{value}\", which is no path", Assert.Throws<SettingException>(() => PathPrefix.Configured(value)).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("/api")]
    [InlineData("/API/v1")]
    [InlineData("/clients")]
    [InlineData("/emails/mail")]
    public void A_path_of_the_sites_own_is_no_prefix(string value)
    {
        Assert.Contains(
            "is a path of this service's own", Assert.Throws<SettingException>(() => PathPrefix.Configured(value)).Message,
            StringComparison.Ordinal);
        Assert.False(PathPrefix.Forwarded(value).HasValue);
    }

    [Fact]
    public void Every_path_at_the_root_of_the_site_is_known_as_its_own()
    {
        var mapped = new[] { "services/ConfigService", "services/Hosting" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Checkout.Root, folder), "*.cs", SearchOption.AllDirectories))
            .SelectMany(file => Mapped().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups["path"].Value)
            // What the API maps is within its own group.
            .Where(path => path is not ("/client" or "/hold" or "/release" or "/holds" or "/erasures" or "/email-status" or "/test-email"
                or "/scheduled-emails" or "/forecast" or "/recurrence"))
            .Select(path => path == "/api" ? "/api/v1" : path)
            .Distinct(StringComparer.Ordinal);
        Assert.Equal(mapped.Order(StringComparer.Ordinal), PathPrefix.Own.Select(own => own.ToString()).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("Map[A-Za-z]*\\((page, )?\"(?<path>/[a-z-]+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Mapped();
}

using Mail.Hosting;
using Mail.SenderService.Smtp.Settings;

namespace Mail.Tests.Decisions.Smtp;

public sealed class SmtpOptionsTests
{
    private static readonly Dictionary<string, string?> _complete = new(StringComparer.Ordinal)
    {
        ["SMTP_HOST"] = "smtp.example.com",
        ["SMTP_USER"] = "user@example.com",
        ["SMTP_PASSWORD"] = " secret ",
        ["SMTP_FROM_EMAIL"] = "noreply@example.com"
    };

    [Fact]
    public void An_empty_environment_lacks_what_the_guide_requires() =>
        Assert.Equal(["SMTP_HOST", "SMTP_USER", "SMTP_PASSWORD", "SMTP_FROM_EMAIL"], SmtpOptions.FromEnvironment(_ => null).Missing());

    [Fact]
    public void What_is_required_is_enough_and_the_rest_is_as_documented()
    {
        var options = With();

        Assert.Empty(options.Missing());
        Assert.Equal(
            (587, 30, true, 16, "starttls", true),
            (options.Port, options.TimeoutSeconds, options.UseTls, options.MaxConnections, options.Security, options.LogsIn));
        Assert.Equal(" secret ", options.Password);
        Assert.Equal("", options.FromName);
    }

    [Fact]
    public void An_empty_variable_is_an_unset_one()
    {
        var options = With(("SMTP_PORT", ""), ("SMTP_USE_TLS", " "), ("SMTP_AUTH", ""), ("SMTP_HOST", ""));

        Assert.Equal(["SMTP_HOST"], options.Missing());
        Assert.Equal((587, true), (options.Port, options.UseTls));
    }

    [Fact]
    public void A_relay_without_login_needs_neither_user_nor_password()
    {
        var options = With(("SMTP_AUTH", "NONE"), ("SMTP_USER", null), ("SMTP_PASSWORD", null));

        Assert.Empty(options.Missing());
        Assert.False(options.LogsIn);
    }

    [Theory]
    [InlineData("true", "587", "starttls")]
    [InlineData("1", "25", "starttls")]
    [InlineData("true", "465", "starttls")]
    [InlineData("false", "465", "tls")]
    public void Security_follows_from_SMTP_USE_TLS_and_the_port(string useTls, string port, string security)
    {
        var options = With(("SMTP_USE_TLS", useTls), ("SMTP_PORT", port));

        Assert.Equal(security, options.Security);
        Assert.Empty(options.Missing());
    }

    [Fact]
    public void Plain_text_has_to_be_meant()
    {
        var plain = With(("SMTP_USE_TLS", "false"));
        var meant = With(("SMTP_USE_TLS", "false"), ("SMTP_ALLOW_PLAINTEXT", "true"));

        Assert.Equal((SmtpSecurity.None, SmtpSecurity.None), (plain.Security, meant.Security));
        Assert.Equal(["SMTP_ALLOW_PLAINTEXT"], plain.Missing());
        Assert.Empty(meant.Missing());
    }

    [Fact]
    public void Where_plain_text_would_have_to_be_meant_the_hint_says_that_a_provider_needs_no_such_thing()
    {
        // As it is copied from a program where such a flag means STARTTLS (nodemailer's secure: false).
        var plain = With(("SMTP_USE_TLS", "false"), ("SMTP_PORT", "587"));

        var hint = SettingHints.For(plain.Missing(), plain.Invalid);

        Assert.Equal(
            "Set these in your deployment platform's environment variables (e.g. Coolify, Render), not only in .env. SMTP_USE_TLS=false is "
            + "plain text here: for port 587, 25 or 2525 of a provider leave it out; SMTP_ALLOW_PLAINTEXT=true is for a local inbox.",
            hint);
        var other = With(("SMTP_USE_TLS", "false"), ("SMTP_PORT", "587"), ("SMTP_TIMEOUT", "60s"));
        Assert.Equal($"{hint} {SettingHints.Correct} SMTP_TIMEOUT is no number.", SettingHints.For(other.Missing(), other.Invalid));
        Assert.Equal(SettingHints.Set, SettingHints.For(With(("SMTP_HOST", null)).Missing(), plain.Invalid));
    }

    [Fact]
    public void What_cannot_be_used_hides_nothing_that_is_missing_and_makes_nothing_missing_that_hangs_on_it()
    {
        var all = With(
            ("SMTP_HOST", null), ("SMTP_PORT", "'465'"), ("SMTP_USE_TLS", "false"), ("SMTP_AUTH", "'none'"), ("SMTP_USER", null),
            ("SMTP_PASSWORD", null));

        Assert.Equal(["SMTP_HOST"], all.Missing());
        Assert.Equal(["SMTP_PORT", "SMTP_AUTH"], all.Invalid.Keys);
        Assert.Equal(((string?)null, (int?)null), (all.Effective().Host, all.Effective().Port));
    }

    private static SmtpOptions With(params (string Name, string? Value)[] changes)
    {
        var environment = new Dictionary<string, string?>(_complete, StringComparer.Ordinal);
        foreach (var (name, value) in changes)
            environment[name] = value;
        return SmtpOptions.FromEnvironment(environment.GetValueOrDefault);
    }
}

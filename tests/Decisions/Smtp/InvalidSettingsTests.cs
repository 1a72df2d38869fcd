using Mail.Hosting;
using Mail.SenderService.Smtp.Settings;

namespace Mail.Tests.Decisions.Smtp;

/// <summary>
/// SMTP variables as platforms, files and clipboards hand them on: taken apart where they can be, else named with what is wrong.
/// </summary>
public sealed class InvalidSettingsTests
{
    private const string Scheme = "begins with a scheme: write the host alone";
    private const string Unseen = "has a character in it that can't be seen: type it anew";
    private const string Lookalike = "has a character that only looks like an ordinary one: type it anew";
    private const string Blank = "has a blank in it that is not an ordinary one: type it anew";
    private const string NotAscii =
        "has a character that is not ASCII: type it anew, an international name in the form that begins with xn--";
    private const string NoHost = "is no host name: write the host alone";
    private const string NoPort = "has no port behind its colon: write the host alone, and the port into SMTP_PORT";
    private const string Port = "is out of range: set 587 or 465, or what your provider says, from 1 to 65535";
    private const string Reference = "is a reference that nothing has replaced by a value: write the value itself";
    private const string OwnName = "begins with its own name: leave the name and the = after it out";
    private const string Several = "has more than one address, or a comma: write one address";
    private const string BlankInside = "has a blank inside the address: remove it";

    private static readonly Dictionary<string, string?> _complete = new(StringComparer.Ordinal)
    {
        ["SMTP_HOST"] = "smtp.example.com",
        ["SMTP_USER"] = "user@example.com",
        ["SMTP_PASSWORD"] = "secret",
        ["SMTP_FROM_EMAIL"] = "noreply@example.com",
    };

    // Coolify's "Is Literal" (coollabsio/coolify 6761), a list in compose (vx3r/wg-gen-web 15), docker run --env-file (moby/moby 36027).
    [Theory]
    [InlineData("SMTP_HOST")]
    [InlineData("SMTP_PORT", "587")]
    [InlineData("SMTP_USER")]
    [InlineData("SMTP_PASSWORD")]
    [InlineData("SMTP_FROM_EMAIL")]
    [InlineData("SMTP_FROM_EMAIL", "Your App <noreply@example.com>")]
    [InlineData("SMTP_FROM_NAME", "Your App")]
    [InlineData("SMTP_TIMEOUT", "60")]
    [InlineData("SMTP_USE_TLS", "true")]
    [InlineData("SMTP_ALLOW_PLAINTEXT", "false")]
    [InlineData("SMTP_AUTH", "none")]
    [InlineData("SMTP_MAX_CONNECTIONS", "4")]
    [InlineData("SMTP_RATE", "2.5")]
    [InlineData("SMTP_EHLO_NAME", "mail.example.com")]
    public void A_value_that_is_handed_on_with_its_quotes_is_said_to_have_them(string name, string? value = null)
    {
        value ??= _complete[name]!;
        foreach (var quoted in new[]
        {
            $"\"{value}\"", $"'{value}'", $"`{value}`", $"“{value}”", $" '{value}'\n", $"\\'{value}\\'", "\"\"",
        })
        {
            Refused(name, quoted, SettingText.InQuotes);
        }

        Refused(name, $"{name}={value}", OwnName);
        Refused(name, $"${{{name}}}", Reference);
        Refused(name, "${{ secrets.SMTP }}", Reference);
        Refused(name, "{{ smtp }}", Reference);
        Assert.Empty(With(name, $"\uFEFF{value}\u200B\r\n").Invalid);
    }

    // Seen in trailbaseio/trailbase 241, RocketChat/Rocket.Chat 16519, nodemailer/nodemailer 573 and eleith/emailjs 136.
    [Theory]
    [InlineData("https://smtp.example.com", Scheme)]
    [InlineData("http://smtp.example.com:587/", Scheme)]
    [InlineData("smtps://smtp.example.com", $"{Scheme}, and for TLS from the first byte set SMTP_PORT=465 and SMTP_USE_TLS=false")]
    [InlineData("ssl://smtp.example.com:465", $"{Scheme}, and for TLS from the first byte set SMTP_PORT=465 and SMTP_USE_TLS=false")]
    [InlineData(
        "smtp://mail:secret@smtp.example.com:587",
        "has a user in it: write the host alone, and the login into SMTP_USER and SMTP_PASSWORD")]
    [InlineData("you@example.com", "has a user in it: write the host alone, and the login into SMTP_USER and SMTP_PASSWORD")]
    [InlineData("smtp.example.com/mail", "has a path in it: write the host alone")]
    [InlineData("smtp://smtp.example.com/mail", "has a path in it: write the host alone")]
    [InlineData("smtp.example.com # the relay", "has a path in it: write the host alone")]
    [InlineData("a.example.com,b.example.com", "has several hosts: write one")]
    [InlineData("a.example.com;b.example.com;", "has several hosts: write one")]
    [InlineData(";", NoHost)]
    [InlineData("smtp example.com", "has a blank in it: write the host alone")]
    [InlineData("smtp.example.com 587", "has a blank in it: write the host alone")]
    [InlineData("smtp.example.com:", NoPort)]
    [InlineData("smtp.example.com:smtp", NoPort)]
    [InlineData("smtp.example.com:70000", NoPort)]
    [InlineData("smtp.example.com:2525", "has another port than SMTP_PORT: leave it out", "587")]
    [InlineData("587", NoHost)]
    [InlineData("1234", NoHost)]
    [InlineData("192.0.2", NoHost)]
    [InlineData("192.0.2.256", NoHost)]
    [InlineData("-smtp.example.com", NoHost)]
    [InlineData("smtp..example.com", NoHost)]
    [InlineData("\"smtp.example.com", NoHost)]
    [InlineData("$SMTP_HOST", Reference)]
    [InlineData("<smtp.example.com>", NoHost)]
    [InlineData("sm\u200Btp.example.com", Unseen)]
    [InlineData("smtp.example\u00A0.com", Blank)]
    [InlineData("ѕmtp.example.com", Lookalike)]
    [InlineData("smtp‐relay.example.com", Lookalike)]
    [InlineData("ｓｍｔｐ.example.com", Lookalike)]
    [InlineData("münchen.example", NotAscii)]
    public void A_host_that_is_more_or_less_than_one_is_said_to_be_so(string value, string why, string? port = null) =>
        Refused("SMTP_HOST", value, why, ("SMTP_PORT", port));

    [Theory]
    [InlineData("smtp.example.com:2525", "smtp.example.com", 2525)]
    [InlineData("smtp.example.com:587", "smtp.example.com", 587, "587")]
    [InlineData("smtp://smtp.example.com", "smtp.example.com", 587)]
    [InlineData("SMTP://smtp.example.com:25/", "smtp.example.com", 25)]
    [InlineData("smtp.example.com;", "smtp.example.com", 587)]
    [InlineData("smtp.example.com:2525 ,", "smtp.example.com", 2525)]
    [InlineData("mail_relay", "mail_relay", 587)]
    [InlineData("192.0.2.1:25", "192.0.2.1", 25)]
    [InlineData("::1", "::1", 587)]
    [InlineData("[::1]", "::1", 587)]
    [InlineData("[2001:db8::1]:25", "2001:db8::1", 25)]
    [InlineData("xn--mnchen-3ya.example", "xn--mnchen-3ya.example", 587)]
    public void A_host_with_its_port_is_taken_apart(string value, string host, int port, string? beside = null)
    {
        var options = With("SMTP_HOST", value, ("SMTP_PORT", beside));
        Assert.Empty(options.Invalid);
        Assert.Equal((host, port), (options.Host, options.Port));
    }

    // Asked for in twentyhq/twenty 22051 and voidauth/voidauth 269.
    [Theory]
    [InlineData("Your App <noreply@example.com>", "Your App")]
    [InlineData("\"Your App\" <noreply@example.com>", "Your App")]
    [InlineData("<noreply@example.com>", "")]
    [InlineData("mailto:noreply@example.com", "")]
    [InlineData("MAILTO:noreply@example.com?subject=Hi", "")]
    [InlineData("Acme, Inc. <noreply@example.com>", "Acme, Inc.")]
    [InlineData("Acme: Support [1] <noreply@example.com>", "Acme: Support [1]")]
    [InlineData("Łódź <noreply@example.com>", "Łódź")]
    // kootenpv/yagmail 53, coollabsio/coolify 7635.
    [InlineData("noreply@example.com <noreply@example.com>", "noreply@example.com")]
    [InlineData("Support @ Acme <noreply@example.com>", "Support @ Acme")]
    [InlineData("\\\"Your App\\\" <noreply@example.com>", "Your App")]
    [InlineData("'Your App' <noreply@example.com>", "Your App")]
    public void A_sender_with_its_name_is_taken_apart_and_the_name_serves_where_there_is_no_other(string value, string name)
    {
        var options = With("SMTP_FROM_EMAIL", value);
        Assert.Empty(options.Invalid);
        Assert.Equal(("noreply@example.com", name), (options.FromEmail, options.FromName));
        Assert.Equal("Other", With("SMTP_FROM_EMAIL", value, ("SMTP_FROM_NAME", "Other")).FromName);
    }

    [Theory]
    [InlineData("SMTP_FROM_EMAIL", "noreply", "is no e-mail address")]
    [InlineData("SMTP_FROM_EMAIL", "noreply@", "is no e-mail address")]
    [InlineData("SMTP_FROM_EMAIL", "@example.com", "is no e-mail address")]
    [InlineData("SMTP_FROM_EMAIL", "noreply＠example.com", Lookalike)]
    [InlineData("SMTP_FROM_EMAIL", "nоreply@example.com", Lookalike)]
    [InlineData("SMTP_FROM_EMAIL", "noreply@exa\u200Bmple.com", Unseen)]
    [InlineData("SMTP_FROM_EMAIL", "no reply@example.com", $"{BlankInside}, and put a name into SMTP_FROM_NAME")]
    [InlineData("SMTP_FROM_EMAIL", "Your App noreply@example.com", $"{BlankInside}, and put a name into SMTP_FROM_NAME")]
    [InlineData("SMTP_FROM_EMAIL", "a@example.com, b@example.com", Several)]
    [InlineData("SMTP_FROM_EMAIL", "a@example.com; B <b@example.com>", Several)]
    [InlineData("SMTP_FROM_NAME", "Your\nApp", "has a line break in it: write it in one line")]
    [InlineData("SMTP_USER", "you @example.com", BlankInside)]
    [InlineData("SMTP_USER", "You <you@example.com>", "has a name beside the address: write the address alone")]
    [InlineData("SMTP_USER", "you@example\u2060.com", Unseen)]
    [InlineData("SMTP_PASSWORD", "abcd\u00A0efgh\u00A0ijkl\u00A0mnop", Blank)]
    [InlineData("SMTP_PASSWORD", "se\u200Ecret", Unseen)]
    [InlineData("SMTP_PASSWORD", "••••••••", "is what a form shows in place of a password: write the password itself")]
    [InlineData("SMTP_PASSWORD", "********", "is what a form shows in place of a password: write the password itself")]
    [InlineData("SMTP_PASSWORD", "se\tcret", "has a control character in it: type it anew")]
    public void Who_sends_and_who_logs_in_is_checked(string name, string value, string why) => Refused(name, value, why);

    [Theory]
    [InlineData("SMTP_PORT", "abc", "is no number")]
    [InlineData(
        "SMTP_PORT", "tcp://10.96.0.12:25",
        "was made by Kubernetes from a Service of that name: set it yourself, or enableServiceLinks: false")]
    [InlineData("SMTP_PORT", "587/tcp", "is no number")]
    [InlineData("SMTP_PORT", "465 (SSL)", "is no number")]
    [InlineData("SMTP_PORT", "587,465", "is no number")]
    [InlineData("SMTP_PORT", "５８７", "is no number")]
    [InlineData("SMTP_PORT", "587.5", "is no whole number")]
    [InlineData("SMTP_PORT", "0", Port)]
    [InlineData("SMTP_PORT", "65536", Port)]
    [InlineData("SMTP_PORT", "-25", Port)]
    [InlineData("SMTP_PORT", "99999999999", Port)]
    [InlineData("SMTP_TIMEOUT", "30s", "is no number")]
    [InlineData("SMTP_TIMEOUT", "0", "is out of range: set seconds, from 1 to 3600")]
    [InlineData("SMTP_TIMEOUT", "30000", "is out of range: set seconds, from 1 to 3600")]
    [InlineData("SMTP_MAX_CONNECTIONS", "0", "is out of range: set connections at once, from 1 to 1000")]
    [InlineData("SMTP_MAX_CONNECTIONS", "many", "is no number")]
    [InlineData("SMTP_RATE", "0", "is out of range: set e-mails a second, from 0.001 to 100000, or leave it out for no limit")]
    [InlineData("SMTP_RATE", "2,5", "is no number")]
    [InlineData("SMTP_RATE", "10/s", "is no number")]
    [InlineData(
        "SMTP_USE_TLS", "maybe", "is neither true nor false: true demands STARTTLS, false with SMTP_PORT=465 is TLS from the first byte")]
    [InlineData(
        "SMTP_USE_TLS", "starttls",
        "is neither true nor false: true demands STARTTLS, false with SMTP_PORT=465 is TLS from the first byte")]
    [InlineData("SMTP_ALLOW_PLAINTEXT", "2", "is neither true nor false: true says that plain text is meant")]
    [InlineData(
        "SMTP_AUTH", "nome",
        "is none of default, none, microsoft and google: set none for a relay without a login, microsoft or google for a login with "
        + "OAuth2, or leave it out")]
    [InlineData(
        "SMTP_EHLO_NAME", "0d325d1ee41a", "is neither a host name with a dot nor an address in square brackets: set one, or leave it out")]
    public void Numbers_flags_and_words_that_are_none_are_named(string name, string value, string why) => Refused(name, value, why);

    [Theory]
    [InlineData("587.0")]
    [InlineData("+587.00")]
    public void A_whole_number_may_have_decimals_that_are_zero(string value)
    {
        var options = With("SMTP_PORT", value, ("SMTP_TIMEOUT", "60.0"));
        Assert.Empty(options.Invalid);
        Assert.Equal((587, 60), (options.Port, options.TimeoutSeconds));
    }

    [Theory]
    [InlineData(true, "true", "True", "TRUE", "1", "yes", "Yes", "on", "ON", "t", "y", " true\n")]
    [InlineData(false, "false", "False", "FALSE", "0", "no", "No", "off", "OFF", "f", "n", "\tfalse")]
    public void A_flag_has_the_spellings_that_platforms_have(bool meant, params string[] spellings) => Assert.All(spellings, spelling =>
    {
        var options = With("SMTP_USE_TLS", spelling, ("SMTP_PORT", "465"));
        Assert.Empty(options.Invalid);
        Assert.Equal(meant, options.UseTls);
    });

    [Fact]
    public void Ordinary_passwords_are_taken_as_they_are() => Assert.All(
        [
            "54sd/d56", "pa#ss", "p@ss", "q7/Xk+9Zb2==", "a;b", "abcd efgh ijkl mnop", "ab$Cd#1", "\"half", "pässwörd", "***",
            "{\"json\":1}", "a'b'",
        ],
        password => Assert.Equal((password, 0), (With("SMTP_PASSWORD", password).Password, With("SMTP_PASSWORD", password).Invalid.Count)));

    [Fact]
    public void All_that_is_wrong_is_named_at_once_in_words_that_anyone_may_read()
    {
        var options = SmtpOptions.FromEnvironment(name => name switch
        {
            "SMTP_HOST" => "https://smtp.example.com",
            "SMTP_USER" => "'you@example.com'",
            "SMTP_PASSWORD" => null,
            _ when name.StartsWith("SMTP_OAUTH_", StringComparison.Ordinal) => null,
            _ => "\"x\"",
        });
        Assert.Equal(
            [
                "SMTP_ALLOW_PLAINTEXT", "SMTP_AUTH", "SMTP_EHLO_NAME", "SMTP_FROM_EMAIL", "SMTP_FROM_NAME", "SMTP_HOST",
                "SMTP_MAX_CONNECTIONS", "SMTP_PORT", "SMTP_RATE", "SMTP_TIMEOUT", "SMTP_USER", "SMTP_USE_TLS",
            ],
            options.Invalid.Keys.Order(StringComparer.Ordinal));
        var summary = SettingHints.Summary(options.Missing(), options.Invalid);
        Assert.Equal(summary, PublicWords.WithoutNames(summary));
    }

    private static void Refused(string name, string value, string why, params (string Name, string? Value)[] beside)
    {
        var options = With(name, value, beside);
        Assert.Equal((name, why), Assert.Single(options.Invalid.Select(setting => (setting.Key, setting.Value))));
        Assert.Empty(options.Missing());
        // Anyone may read it: it names no host and no address, and quotes nothing of the value.
        Assert.Equal(why, PublicWords.WithoutNames(why));
    }

    private static SmtpOptions With(string name, string value, params (string Name, string? Value)[] beside)
    {
        var environment = new Dictionary<string, string?>(_complete, StringComparer.Ordinal) { [name] = value };
        foreach (var (other, otherValue) in beside)
            environment[other] = otherValue;
        return SmtpOptions.FromEnvironment(environment.GetValueOrDefault);
    }
}

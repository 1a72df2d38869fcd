using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Mail.Hosting;
using Mail.SenderService.Smtp.Settings;

namespace Mail.Tests.Decisions.Smtp;

/// <summary>The settings of logins with OAuth2, right and as people get them wrong.</summary>
public sealed class OAuthSettingsTests
{
    private const string Tenant = "6babcaad-604b-40ac-a9d7-9fd97c0b779f";
    private const string Set = "set the directory (tenant) id, or a domain of the organisation";
    private const string Anew = "make a key of the type JSON for the service account, and set what its file says";
    private const string Anywhere = "stands for any organisation, and an app logs in to its own: " + Set;
    private const string NoProvider =
        "does not say which provider issues the access tokens: set microsoft for a mailbox of Microsoft 365, google for one of "
        + "Google Workspace";

    private const string PersonalOutlook =
        "is a personal Outlook account, for which no app can send: use a mailbox of Microsoft 365, or another provider";

    private static readonly string _key = NewKey();

    private static readonly Dictionary<string, string?> _microsoft = new(StringComparer.Ordinal)
    {
        ["SMTP_AUTH"] = "microsoft",
        ["SMTP_HOST"] = "smtp.office365.com",
        ["SMTP_USER"] = "mailbox@example.com",
        ["SMTP_FROM_EMAIL"] = "mailbox@example.com",
        ["SMTP_OAUTH_TENANT"] = Tenant,
        ["SMTP_OAUTH_APP_ID"] = "396c2760-2fa5-4948-b9d5-9839a7440836",
        ["SMTP_OAUTH_APP_SECRET"] = "ApZ8Q~2mlBG7.x_yZ0123456789abcdefghijkl",
    };

    private static readonly Dictionary<string, string?> _google = new(StringComparer.Ordinal)
    {
        ["SMTP_AUTH"] = "Google",
        ["SMTP_HOST"] = "smtp.gmail.com",
        ["SMTP_USER"] = "mailbox@example.com",
        ["SMTP_FROM_EMAIL"] = "mailbox@example.com",
        ["SMTP_OAUTH_SERVICE_ACCOUNT"] = Account().ToJsonString(),
    };

    [Theory]
    [InlineData("microsoft")]
    [InlineData("google")]
    public void What_a_provider_needs_is_enough_and_no_password_is_among_it(string provider)
    {
        var options = With(provider);
        Assert.Empty(options.Missing());
        Assert.Empty(options.Invalid);
        Assert.Equal((true, true, provider), (options.LogsIn, options.UsesTokens, options.Auth));
    }

    [Theory]
    [InlineData("microsoft", "SMTP_OAUTH_TENANT")]
    [InlineData("microsoft", "SMTP_OAUTH_APP_ID")]
    [InlineData("microsoft", "SMTP_OAUTH_APP_SECRET")]
    [InlineData("microsoft", "SMTP_USER")]
    [InlineData("google", "SMTP_OAUTH_SERVICE_ACCOUNT", "SMTP_OAUTH_SERVICE_ACCOUNT_FILE")]
    [InlineData("google", "SMTP_USER")]
    public void What_a_provider_needs_and_does_not_get_is_missing(string provider, string variable, string? named = null)
    {
        var options = With(provider, (variable, " "));
        Assert.Equal([named ?? variable], options.Missing());
        Assert.Empty(options.Invalid);
    }

    [Fact]
    public void A_password_needs_none_of_it()
    {
        var options = SmtpOptions.FromEnvironment(
            name => name switch { "SMTP_AUTH" => "default", "SMTP_HOST" => "h.example.com", "SMTP_USER"
                or "SMTP_PASSWORD" => "x", "SMTP_FROM_EMAIL" => "a@example.com", _ => null });
        Assert.Empty(options.Missing());
        Assert.False(options.UsesTokens);
    }

    // Scopes: learn.microsoft.com, "Authenticate an IMAP, POP or SMTP connection using OAuth";
    // clouds: https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud
    [Theory]
    [InlineData(Tenant, "https://login.microsoftonline.com/" + Tenant, "https://outlook.office365.com/.default")]
    [InlineData(
        "{6BABCAAD-604B-40AC-A9D7-9FD97C0B779F}", "https://login.microsoftonline.com/" + Tenant, "https://outlook.office365.com/.default")]
    [InlineData(
        "Contoso.onmicrosoft.com", "https://login.microsoftonline.com/contoso.onmicrosoft.com", "https://outlook.office365.com/.default")]
    [InlineData(
        "https://login.microsoftonline.com/" + Tenant + "/oauth2/v2.0/token", "https://login.microsoftonline.com/" + Tenant,
        "https://outlook.office365.com/.default")]
    [InlineData(
        "https://login.microsoftonline.us/contoso.us", "https://login.microsoftonline.us/contoso.us",
        "https://outlook.office365.us/.default")]
    [InlineData(
        "https://login.partner.microsoftonline.cn/contoso.cn/", "https://login.partner.microsoftonline.cn/contoso.cn",
        "https://partner.outlook.cn/.default")]
    [InlineData(
        "https://localhost:8443/contoso.example", "https://localhost:8443/contoso.example", "https://outlook.office365.com/.default")]
    public void A_tenant_is_an_id_a_domain_or_the_URL_of_its_authority(string value, string authority, string scope)
    {
        var options = With("microsoft", ("SMTP_OAUTH_TENANT", value));
        Assert.Empty(options.Invalid);
        Assert.Equal((authority, scope), (options.OAuthTenant!.Authority.ToString(), options.OAuthTenant.Scope));
    }

    [Theory]
    [InlineData("SMTP_OAUTH_TENANT", "common", Anywhere)]
    [InlineData("SMTP_OAUTH_TENANT", "https://login.microsoftonline.com/organizations/v2.0", Anywhere)]
    [InlineData("SMTP_OAUTH_TENANT", "Contoso", "is neither an id nor a domain: " + Set)]
    [InlineData("SMTP_OAUTH_TENANT", "admin@contoso.example", "is neither an id nor a domain: " + Set)]
    [InlineData("SMTP_OAUTH_TENANT", "https://login.microsoftonline.com/", "is neither an id nor a domain: " + Set)]
    [InlineData(
        "SMTP_OAUTH_TENANT", "http://login.microsoftonline.com/contoso.example",
        "is a URL that can't be used: " + Set + ", or the https URL of its authority")]
    [InlineData("SMTP_OAUTH_TENANT", "'contoso.example'", SettingText.InQuotes)]
    [InlineData("SMTP_OAUTH_APP_ID", "Mail", "is no id: set the application (client) id, which the overview of the app shows")]
    [InlineData(
        "SMTP_OAUTH_APP_SECRET", "54752956-bf4f-48f1-b808-6ecae2522f59",
        "is the id of a secret: set its value, which is shown only once, when the secret is made")]
    [InlineData("SMTP_OAUTH_APP_SECRET", "ApZ******************", null)]
    [InlineData("SMTP_OAUTH_APP_SECRET", "••••••••••", "is what a form shows in place of a password: write the password itself")]
    [InlineData("SMTP_OAUTH_APP_SECRET", "${SECRET}", "is a reference that nothing has replaced by a value: write the value itself")]
    [InlineData("SMTP_USER", "mailbox", "is no address: with SMTP_AUTH=microsoft set the address of the mailbox that sends")]
    [InlineData(
        "SMTP_USER", "396c2760-2fa5-4948-b9d5-9839a7440836",
        "is no address: with SMTP_AUTH=microsoft set the address of the mailbox that sends")]
    [InlineData("SMTP_USER", "somebody@outlook.com", PersonalOutlook)]
    [InlineData("SMTP_USER", "Somebody@Hotmail.co.uk", PersonalOutlook)]
    [InlineData("SMTP_USER", "somebody@live.de", PersonalOutlook)]
    [InlineData("SMTP_USER", "somebody@msn.com", PersonalOutlook)]
    [InlineData("SMTP_USER", "mailbox@outlook.example.com", null)]
    [InlineData("SMTP_USER", "mailbox@live.example", null)]
    public void What_Microsoft_would_refuse_is_named_with_what_to_set(string name, string value, string? why) =>
        Refused("microsoft", name, value, name, why);

    [Theory]
    [InlineData(
        "SMTP_USER", "mail@project.iam.gserviceaccount.com", "is the service account: set the address of the mailbox that it sends for")]
    [InlineData(
        "SMTP_USER", "somebody@gmail.com",
        "is a personal Gmail account, for which no service account can send: use an App Password without SMTP_AUTH, or a mailbox of "
        + "Google Workspace")]
    public void A_mailbox_that_no_service_account_can_send_for_is_refused(string name, string value, string why) =>
        Refused("google", name, value, name, why);

    public static TheoryData<string, string> Keys => new()
    {
        { "", "is no JSON: set what the key's file says, from its first brace to its last" },
        { "-----BEGIN PRIVATE KEY-----", "is no JSON: set what the key's file says, from its first brace to its last" },
        { "[]", "is no JSON object: set what the key's file says, from its first brace to its last" },
        { """{"installed":{"client_id":"x","client_secret":"y"}}""", $"is an OAuth client, and no key of a service account: {Anew}" },
        { """{"web":{"client_id":"x"}}""", $"is an OAuth client, and no key of a service account: {Anew}" },
        { """{"type":"authorized_user","refresh_token":"x"}""", $"is a person's login, and no key of a service account: {Anew}" },
        { """{"type":"external_account"}""", $"is no key of a service account: {Anew}" },
        { """{"client_email":"a@b.example"}""", $"is no key of a service account: {Anew}" },
        { Account(("private_key", null)).ToJsonString(), $"lacks private_key: {Anew}" },
        { Account(("client_email", "")).ToJsonString(), $"lacks client_email: {Anew}" },
        {
            Account(("private_key", "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n")).ToJsonString(),
            $"has a private_key that can't be read: {Anew}"
        },
        { Account(("private_key", "nothing")).ToJsonString(), $"has a private_key that can't be read: {Anew}" },
        { Account(("token_uri", "http://oauth2.example/token")).ToJsonString(), $"has a token_uri that is no https URL: {Anew}" },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_key_that_is_none_is_said_to_be_so_itself_or_in_its_file(string value, string why)
    {
        if (value.Length > 0)
            Refused("google", "SMTP_OAUTH_SERVICE_ACCOUNT", value, "SMTP_OAUTH_SERVICE_ACCOUNT", why);
        var file = With("google", ("SMTP_OAUTH_SERVICE_ACCOUNT", value), ("SMTP_OAUTH_SERVICE_ACCOUNT_FILE", "/run/secrets/key.json"));
        var expected = value.Length > 0
            ? $"names a file that {why}"
            : "names a file that is empty or can't be read: check the path, and that this service may read it";
        Assert.Equal(
            ("SMTP_OAUTH_SERVICE_ACCOUNT_FILE", expected), Assert.Single(file.Invalid.Select(setting => (setting.Key, setting.Value))));
        Assert.Empty(file.Missing());
        Assert.Equal(expected, PublicWords.WithoutNames(expected));
    }

    [Fact]
    public void The_key_and_the_name_of_its_file_are_not_taken_for_each_other()
    {
        Refused(
            "google", "SMTP_OAUTH_SERVICE_ACCOUNT", "/run/secrets/key.json", "SMTP_OAUTH_SERVICE_ACCOUNT",
            "is only the name of a file: set SMTP_OAUTH_SERVICE_ACCOUNT_FILE to it");
        var options = With("google", ("SMTP_OAUTH_SERVICE_ACCOUNT", null), ("SMTP_OAUTH_SERVICE_ACCOUNT_FILE", Account().ToJsonString()));
        Assert.Equal(
            "is the text itself, and not the name of a file: set SMTP_OAUTH_SERVICE_ACCOUNT to it",
            options.Invalid["SMTP_OAUTH_SERVICE_ACCOUNT_FILE"]);
    }

    [Fact]
    public void A_provider_s_stand_in_on_this_machine_needs_no_TLS()
    {
        var options = With("google", ("SMTP_OAUTH_SERVICE_ACCOUNT", Account(("token_uri", "http://127.0.0.1:8085/token")).ToJsonString()));
        Assert.Empty(options.Invalid);
        Assert.Equal("http://127.0.0.1:8085/token", options.OAuthServiceAccount!.TokenEndpoint.ToString());
    }

    [Fact]
    public void A_key_is_read_with_the_line_breaks_that_forms_escape_once_more_or_make_real_and_in_any_layout()
    {
        foreach (var json in (string[])[
            Account(("private_key", _key.Replace("\n", "\\n", StringComparison.Ordinal))).ToJsonString(),
            Account().ToJsonString().Replace("\\n", "\n", StringComparison.Ordinal),
            Account().ToJsonString(new() { WriteIndented = true }).Replace("\\n", "\r\n", StringComparison.Ordinal),
            Account(("token_uri", null)).ToJsonString(),
            $"\uFEFF{Account().ToJsonString(new() { WriteIndented = true })}\r\n"])
        {
            var options = With("google", ("SMTP_OAUTH_SERVICE_ACCOUNT", json));
            Assert.Empty(options.Invalid);
            Assert.Equal(
                ("mail@project.iam.gserviceaccount.com", "https://oauth2.googleapis.com/token"),
                (options.OAuthServiceAccount!.Email, options.OAuthServiceAccount.TokenEndpoint.ToString()));
            Assert.Equal(_key.Trim(), options.OAuthServiceAccount.PrivateKey.Trim());
        }
    }

    [Theory]
    [InlineData("oauth2", NoProvider)]
    [InlineData("XOAUTH2", NoProvider)]
    [InlineData("Modern Auth", NoProvider)]
    [InlineData("office365", "is another name for what is called microsoft here: set microsoft")]
    [InlineData("Entra ID", "is another name for what is called microsoft here: set microsoft")]
    [InlineData("gmail", "is another name for what is called google here: set google")]
    [InlineData("google-workspace", "is another name for what is called google here: set google")]
    [InlineData("LOGIN", "is another name for what is called default here: set default, or leave it out; the sender chooses the mechanism")]
    [InlineData("false", "is another name for what is called none here: set none")]
    [InlineData(
        "nome",
        "is none of default, none, microsoft and google: set none for a relay without a login, microsoft or google for a login with "
        + "OAuth2, or leave it out")]
    public void Another_word_for_a_login_is_told_which_of_the_four_it_is(string value, string why)
    {
        var options = With("microsoft", ("SMTP_AUTH", value));
        Assert.Equal(("SMTP_AUTH", why), Assert.Single(options.Invalid.Select(setting => (setting.Key, setting.Value))));
        Assert.Equal(why, PublicWords.WithoutNames(why));
    }

    [Fact]
    public void Nothing_that_can_be_printed_has_a_secret_in_it()
    {
        foreach (var options in new[] { With("microsoft"), With("google") })
        {
            object?[] all = [options, options.OAuthServiceAccount, options.OAuthTenant, options.Effective()];
            var printed = string.Join(' ', all);
            Assert.DoesNotContain(_microsoft["SMTP_OAUTH_APP_SECRET"]!, printed, StringComparison.Ordinal);
            Assert.DoesNotContain("PRIVATE KEY", printed, StringComparison.Ordinal);
        }
    }

    private static void Refused(string provider, string name, string value, string named, string? why)
    {
        var options = With(provider, (name, value));
        if (why is null)
        {
            Assert.Empty(options.Invalid);
            return;
        }

        Assert.Equal((named, why), Assert.Single(options.Invalid.Select(setting => (setting.Key, setting.Value))));
        Assert.Empty(options.Missing());
        // Anyone may read it: it names no host and no address, and quotes nothing of the value.
        Assert.Equal(why, PublicWords.WithoutNames(why));
    }

    private static SmtpOptions With(string provider, params (string Name, string? Value)[] changes)
    {
        var environment = new Dictionary<string, string?>(provider == "google" ? _google : _microsoft, StringComparer.Ordinal);
        foreach (var (name, value) in changes)
            environment[name] = value;
        return SmtpOptions.FromEnvironment(environment.GetValueOrDefault);
    }

    private static JsonObject Account(params (string Name, string? Value)[] changes)
    {
        var account = new JsonObject
        {
            ["type"] = "service_account",
            ["private_key_id"] = "0123",
            ["private_key"] = _key,
            ["client_email"] = "mail@project.iam.gserviceaccount.com",
            ["token_uri"] = "https://oauth2.googleapis.com/token",
        };
        foreach (var (name, value) in changes)
        {
            if (value is null)
                account.Remove(name);
            else
                account[name] = value;
        }

        return account;
    }

    private static string NewKey()
    {
        using var key = RSA.Create(2048);
        return key.ExportPkcs8PrivateKeyPem();
    }
}

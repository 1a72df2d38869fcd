using System.Text.Json;
using Mail.Hosting;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.OAuth;
using Mail.SenderService.Smtp.Verdicts;

namespace Mail.Tests.Decisions.Smtp;

/// <summary>What providers and servers say of logins with access tokens, in their own words, and what it has to come to.</summary>
public sealed class OAuthVerdictTests
{
    private const string Trace =
        "\r\nTrace ID: 3ce379e4-441f-4eae-9730-fc0220183001\r\nCorrelation ID: 54752956-bf4f-48f1-b808-6ecae2522f59\r\n"
        + "Timestamp: 2022-06-18 03:16:39Z";

    // interestingcn/365E5_subscription 1, OfficeDev/microsoft-365-agents-toolkit 8621, ahaenggli/AzureAD-LDAP-wrapper 45, keycloak/keycloak
    // 31294; https://learn.microsoft.com/entra/identity-platform/reference-error-codes; googleapis/google-api-php-client 783, 1379, 1429,
    // SteveWinward/GoogleSheetsWrapper 42, googleapis/google-cloud-python 10004, websightgmbh/l5-google-cloud-storage 6.
    [Theory]
    [InlineData(
        "microsoft", 401, "invalid_client",
        "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the "
        + "client secret ID, for a secret added to app '396c2760-2fa5-4948-b9d5-9839a7440836'."
        + Trace,
        "token.secret-wrong")]
    [InlineData(
        "microsoft", 401, "invalid_client", "7000215 - [2023-03-05 22:32:01Z]: AADSTS7000215: Invalid client secret provided.",
        "token.secret-wrong")]
    [InlineData(
        "microsoft", 401, "invalid_client",
        "AADSTS7000222: The provided client secret keys for app '396c2760-2fa5-4948-b9d5-9839a7440836' are expired. Visit the Azure portal "
        + "to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: "
        + "https://aka.ms/certCreds."
        + Trace,
        "token.secret-expired")]
    [InlineData(
        "microsoft", 400, "unauthorized_client",
        "AADSTS700016: Application with identifier '396c2760-2fa5-4948-b9d5-9839a7440836' was not found in the directory 'Contoso'. This "
        + "can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the "
        + "tenant. You may have sent your authentication request to the wrong tenant."
        + Trace,
        "token.app-unknown")]
    [InlineData(
        "microsoft", 401, "invalid_client",
        "AADSTS7000229: The client application '396c2760-2fa5-4948-b9d5-9839a7440836' is missing service principal in the tenant." + Trace,
        "token.app-unknown")]
    [InlineData(
        "microsoft", 400, "invalid_request",
        "AADSTS90002: Tenant 'contoso.example' not found. Check to make sure you have the correct tenant ID and are signing into the "
        + "correct cloud."
        + Trace,
        "token.tenant-unknown")]
    [InlineData(
        "microsoft", 400, "invalid_request",
        "AADSTS900023: Specified tenant identifier 'contoso' is neither a valid DNS name, nor a valid external domain." + Trace,
        "token.tenant-unknown")]
    [InlineData(
        "microsoft", 400, "invalid_request", "AADSTS50128: Invalid domain name - No tenant-identifying information found." + Trace,
        "token.tenant-unknown")]
    [InlineData(
        "microsoft", 400, "invalid_request", "AADSTS90019: No tenant-identifying information found in the request." + Trace,
        "token.tenant-unknown")]
    [InlineData(
        "microsoft", 400, "invalid_request", "AADSTS90038: The specified tenant belongs to another National Cloud." + Trace,
        "token.tenant-unknown")]
    [InlineData(
        "microsoft", 400, "invalid_request", "AADSTS90051: The national cloud identifier is not valid." + Trace, "token.tenant-unknown")]
    [InlineData(
        "microsoft", 401, "invalid_client", "AADSTS900382: Confidential Client is not supported in Cross Cloud request." + Trace,
        "token.tenant-unknown")]
    [InlineData(
        "microsoft", 401, "invalid_client", "AADSTS900432: Confidential Client is not supported in Cross Cloud request." + Trace,
        "token.tenant-unknown")]
    [InlineData(
        "microsoft", 400, "invalid_request", "AADSTS5000225: This tenant has been blocked due to inactivity." + Trace,
        "token.tenant-blocked")]
    [InlineData(
        "microsoft", 400, "invalid_request", "AADSTS5000224: We are sorry, this resource is not available." + Trace,
        "token.tenant-blocked")]
    [InlineData(
        "microsoft", 400, "invalid_request", "AADSTS500021: Access to 'Contoso' tenant is denied." + Trace, "token.tenant-restricted")]
    [InlineData(
        "microsoft", 400, "invalid_request", "AADSTS500022: Access to 'Contoso' tenant is denied." + Trace, "token.tenant-restricted")]
    [InlineData(
        "microsoft", 401, "unauthorized_client",
        "AADSTS7000112: Application '396c2760-2fa5-4948-b9d5-9839a7440836'(Mail) is disabled." + Trace, "token.app-disabled")]
    [InlineData(
        "microsoft", 400, "invalid_grant",
        "AADSTS53003: Access has been blocked by Conditional Access policies. The access policy does not allow token issuance." + Trace,
        "token.conditional-access")]
    [InlineData(
        "microsoft", 400, "invalid_resource",
        "AADSTS500011: The resource principal named https://outlook.office365.com was not found in the tenant named Contoso." + Trace,
        "token.exchange-unknown")]
    [InlineData(
        "microsoft", 400, "invalid_client",
        "AADSTS650052: The app is trying to access a service '00000002-0000-0ff1-ce00-000000000000'(Office 365 Exchange Online) that your "
        + "organization lacks a service principal for."
        + Trace,
        "token.exchange-unknown")]
    [InlineData(
        "microsoft", 401, "invalid_client",
        "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'." + Trace,
        "token.refused-microsoft")]
    [InlineData(
        "microsoft", 400, "invalid_scope", "AADSTS1002012: The provided value for scope is not valid." + Trace, "token.refused-microsoft")]
    [InlineData("microsoft", 400, "invalid_client", null, "token.refused-microsoft")]
    [InlineData("microsoft", 400, "something_new", "of which nobody knows", "token.refused")]
    [InlineData(
        "google", 401, "unauthorized_client",
        "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.",
        "token.delegation")]
    [InlineData("google", 400, "access_denied", "Account restricted", "token.account-restricted")]
    [InlineData("google", 400, "access_denied", "Requested client not authorized.", "token.delegation")]
    [InlineData("google", 400, "invalid_grant", "Invalid email or User ID", "token.user-unknown")]
    [InlineData("google", 400, "invalid_grant", "Not a valid email.", "token.user-unknown")]
    [InlineData("google", 400, "invalid_request", "Invalid impersonation \"sub\" field: nobody", "token.user-unknown")]
    [InlineData(
        "google", 400, "invalid_grant",
        "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the "
        + "JWT claim.",
        "token.clock")]
    [InlineData(
        "google", 400, "invalid_grant", "Invalid JWT: Token must be a short-lived token and in a reasonable timeframe", "token.clock")]
    [InlineData("google", 400, "invalid_grant", "Invalid JWT Signature.", "token.key-unknown")]
    [InlineData("google", 400, "invalid_grant", "Invalid grant: account not found", "token.account-unknown")]
    [InlineData("google", 400, "invalid_grant", "Robot is disabled.", "token.account-unknown")]
    [InlineData("google", 401, "deleted_client", "The OAuth client was deleted.", "token.account-unknown")]
    [InlineData("google", 401, "disabled_client", "The OAuth client was disabled.", "token.account-unknown")]
    [InlineData("google", 401, "invalid_client", "The OAuth client was not found.", "token.account-unknown")]
    [InlineData("google", 400, "invalid_scope", "Some requested scopes were invalid.", "token.refused-google")]
    public void What_a_provider_refuses_blocks_the_sender_with_what_to_do(
        string auth, int status, string error, string? description, string verdict)
    {
        var body = JsonSerializer.Serialize(description is null ? new { error } : (object)new { error, error_description = description });
        var seen = AttemptFailure.Describe(TokenTrouble.From("login.example", status, body), SmtpStage.Auth, wire: null);

        var blocked = Assert.IsType<Outcome.SenderBlocked>(Outcome.Classify(seen, new() { Auth = auth }));

        Assert.Equal((verdict, "access token refused", VerdictKind.Account), (blocked.Error.Verdict, blocked.Reason, blocked.Kind));
        Assert.Equal((SmtpStage.Auth, false), (blocked.Error.Stage, blocked.Error.Permanent));
        // The same trouble is told in the same words each time, and to those without a key in ours alone.
        Assert.DoesNotMatch(@"Trace ID|Correlation ID|Timestamp|\d{4}-\d{2}-\d{2} \d{2}:", blocked.Error.Reply!);
        Assert.Contains(
            description is null ? error : description.Split("\r\n")[0].Split("Z]: ")[^1], blocked.Error.Reply, StringComparison.Ordinal);
        Assert.DoesNotContain(blocked.Error.Reply!, blocked.Error.Hint, StringComparison.Ordinal);
        Assert.NotNull(PublicWords.WithoutNames(blocked.Error.Hint));
    }

    [Theory]
    [InlineData(503, null)]
    [InlineData(429, """{"error":"invalid_request","error_description":"AADSTS90055"}""")]
    [InlineData(
        400,
        """{"error":"temporarily_unavailable","error_description":"AADSTS90033: A transient error has occurred. Please try again."}""")]
    [InlineData(500, """{"error":"server_error"}""")]
    [InlineData(400, """{"error":"internal_failure"}""")]
    [InlineData(400, """{"error":"invalid_request","error_description":"AADSTS50033: A transient error has occurred."}""")]
    [InlineData(400, """{"error":"invalid_grant","error_description":"AADSTS50196: The server found a loop of requests."}""")]
    [InlineData(400, """{"error":"invalid_request","error_description":"AADSTS90006: External server retryable error."}""")]
    [InlineData(400, """{"error":"invalid_request","error_description":"AADSTS90012: The request has timed out."}""")]
    [InlineData(400, """{"error":"invalid_request","error_description":"AADSTS90024: Request budget exceeded."}""")]
    [InlineData(400, """{"error":"invalid_request","error_description":"AADSTS90055: There are too many incoming requests."}""")]
    [InlineData(404, "<html>")]
    [InlineData(403, """{"error":{"code":403,"message":"blocked by the proxy"}}""")]
    [InlineData(400, "[]")]
    public void What_is_no_refusal_is_the_way_to_the_provider_and_tried_again(int status, string? body) =>
        NotReached(TokenTrouble.From("login.example", status, body), $"it answered with the status {status}");

    [Fact]
    public void What_breaks_on_the_way_is_told_with_the_host()
    {
        NotReached(TokenTrouble.From("login.example", new OperationCanceledException()), "it did not answer in time");
        NotReached(
            TokenTrouble.From(
                "login.example", new HttpRequestException("x", new SmtpTrouble(SmtpFault.NotResolved, "login.example has no address"))),
            "login.example has no address");
        NotReached(
            TokenTrouble.From("login.example", new HttpRequestException("x", new IOException("The response ended prematurely."))),
            "The response ended prematurely");
        NotReached(
            TokenTrouble.From(
                "login.example",
                new HttpRequestException(
                    "The proxy tunnel request to proxy 'http://user:secret@proxy:3128/' failed with status code '407'.")),
            "The proxy tunnel request to proxy 'http://proxy:3128/' failed with status code '407'");
        NotReached(TokenTrouble.From("login.example", new JsonException("odd")), "its answer is no access token");
    }

    [Theory]
    [InlineData("to 'http://user:a secret@with/all?of#it@proxy:3128/' failed", "to 'http://proxy:3128/' failed")]
    [InlineData("socks5://user@[2001:db8::1]:1080/ and http://b:c@d.example/", "socks5://[2001:db8::1]:1080/ and http://d.example/")]
    [InlineData("a@b.example is no URL", "a@b.example is no URL")]
    public void What_stands_before_the_host_of_a_URL_is_told_to_nobody(string said, string told) =>
        Assert.Equal(told, LoginSecrets.WithoutLogins(said));

    [Theory]
    [InlineData("454 4.7.0 Too many login attempts, please try again later.", "limit.logins", "SMTP_PASSWORD")]
    [InlineData("535 5.7.139 user is locked by your organization's security defaults policy.", "oauth.security-defaults", "set SMTP_AUTH")]
    public void A_hint_for_passwords_and_tokens_does_not_send_a_token_to_what_it_has(string reply, string verdict, string unsaid)
    {
        var error = At(SmtpStage.Auth, "microsoft", reply).Error;
        Assert.Equal(verdict, error.Verdict);
        Assert.DoesNotContain(unsaid, error.Hint, StringComparison.Ordinal);
    }

    // simonrob/email-oauth2-proxy 193 and 297, nodemailer/nodemailer 1484, rpremraj/mailR 107, tarickb/sasl-xoauth2 43 and 110,
    // MailCore/mailcore2 1663, docs.bookyourpto.com/features/smtp-troubleshoot,
    // captaindns.com/en/blog/microsoft-exchange-basic-auth-smtp-end
    [Theory]
    [InlineData("microsoft", "535 5.7.3 Authentication unsuccessful [FR3P281CA0094.DEUP281.PROD.OUTLOOK.COM]", "oauth.refused-microsoft")]
    [InlineData(
        "microsoft",
        "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect. [FR3P281CA0094.DEUP281.PROD.OUTLOOK.COM]",
        "oauth.refused-microsoft")]
    [InlineData(
        "microsoft", "504 5.7.4 Unrecognized authentication type [SG2PR0401CA0012.apcprd04.prod.outlook.com]", "oauth.other-microsoft")]
    [InlineData(
        "microsoft",
        "501 5.5.124 Invalid XOAUTH2 auth data - User address provided is not valid. Please ensure the auth data has a valid user",
        "oauth.user-not-valid")]
    [InlineData(
        "microsoft",
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit "
        + "https://aka.ms/smtp_auth_disabled for more information. [MN2PR05CA0004.namprd05.prod.outlook.com 2023-09-12T20:59:57.214Z "
        + "08DBB276B7E699C4]",
        "oauth.smtp-off-organisation")]
    [InlineData(
        "microsoft",
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit "
        + "https://aka.ms/smtp_auth_disabled for more information.",
        "oauth.smtp-off-mailbox")]
    [InlineData(
        "microsoft",
        "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact your "
        + "administrator.",
        "oauth.security-defaults")]
    [InlineData(
        "microsoft",
        "535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated successfully. Contact your "
        + "administrator.",
        "oauth.conditional-access")]
    [InlineData("microsoft", "454 4.7.0 Temporary authentication failure", "oauth.later")]
    [InlineData(
        "microsoft", "432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending for more information.",
        "limit.connections")]
    [InlineData(
        "default",
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit "
        + "https://aka.ms/smtp_auth_disabled for more information.",
        "oauth.smtp-off-organisation")]
    [InlineData(
        "default", "535 5.7.139 Authentication unsuccessful, basic authentication is disabled. [BM1P287CA0015.INDP287.PROD.OUTLOOK.COM]",
        "oauth.passwords-over")]
    [InlineData("default", "550 5.7.30 Basic authentication is not supported for Client Submission.", "oauth.passwords-over")]
    [InlineData("default", "550 5.7.30 Something else", "oauth.passwords-over-by-code")]
    [InlineData("default", "535 5.7.3 Authentication unsuccessful [FR3P281CA0094.DEUP281.PROD.OUTLOOK.COM]", "auth.refused")]
    [InlineData(
        "google",
        "535 5.7.8 Username and Password not accepted. For more information, go to 5.7.8 https://support.google.com/mail/?p=BadCredentials "
        + "p2sm808096lbj.4 - gsmtp",
        "oauth.refused-google")]
    [InlineData("google", "501 5.5.2 Cannot Decode response", "oauth.other-google")]
    [InlineData("google", "454 4.7.0 Too many login attempts, please try again later.", "limit.logins")]
    public void What_a_server_says_of_a_login_comes_to_its_verdict(string auth, string reply, string verdict)
    {
        var blocked = At(SmtpStage.Auth, auth, reply);
        Assert.Equal(verdict, blocked.Error.Verdict);
        if (verdict.StartsWith("oauth.", StringComparison.Ordinal))
            Assert.Equal("login refused", blocked.Reason);
    }

    [Theory]
    [InlineData("530 5.7.57 Client not authenticated to send mail. [ZR2P278CA0019.CHEP278.PROD.OUTLOOK.COM]", "oauth.refused-microsoft")]
    [InlineData("550 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM", "oauth.wanted-microsoft")]
    [InlineData(
        "430 4.2.0 STOREDRV; mailbox logon failure; STOREDRV.Submission.Exception:ConnectionFailedTransientException."
        + "MapiExceptionLogonFailed; Failed to process message due to a transient exception with message Cannot open mailbox.",
        "oauth.mailbox-not-opened")]
    public void A_mailbox_that_the_app_may_not_use_may_be_refused_only_at_MAIL(string reply, string verdict) =>
        Assert.Equal(verdict, At(SmtpStage.MailFrom, "microsoft", reply).Error.Verdict);

    [Fact]
    public void The_checks_for_Microsoft_stand_in_their_order_also_for_those_without_a_key()
    {
        var hint = PublicWords.WithoutNames(At(SmtpStage.Auth, "microsoft", "535 5.7.3 Authentication unsuccessful").Error.Hint)!;
        var at = new[]
        {
            "SMTP.SendAsApp", "admin consent", "New-ServicePrincipal", "object id of the enterprise application", "Add-MailboxPermission",
            "SMTP_USER", "Set-CASMailbox", "SmtpClientAuthenticationDisabled $false",
        }
            .Select(word => hint.IndexOf(word, StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain(-1, at);
        Assert.True(at[0] < at[2] && at[2] < at[4] && at[4] < at[6], hint);
    }

    [Fact]
    public void The_checks_for_Google_name_the_scope_also_for_those_without_a_key() =>
        Assert.Contains(
            "with the scope https://mail.google.com/; (2)",
            PublicWords.WithoutNames(At(SmtpStage.Auth, "google", "535 5.7.8 no").Error.Hint), StringComparison.Ordinal);

    [Theory]
    [InlineData("you@gmail.com", "auth.gmail")]
    [InlineData("you@example.com", "auth.google-workspace")]
    public void A_password_at_Gmail_is_an_App_Password_or_for_an_organisation_no_password_at_all(string user, string verdict)
    {
        var error = Assert.IsType<Outcome.SenderBlocked>(Outcome.Classify(
            Refusal(SmtpStage.Auth, "535 5.7.8 Username and Password not accepted."),
            new() { Host = "smtp.gmail.com", User = user })).Error;
        Assert.Equal(verdict, error.Verdict);
        Assert.Contains("App Password", error.Hint, StringComparison.Ordinal);
        Assert.Equal(verdict == "auth.google-workspace", error.Hint.Contains("SMTP_AUTH=google", StringComparison.Ordinal));
    }

    [Fact]
    public void A_password_at_Microsoft_365_is_told_what_comes_after_passwords()
    {
        var error = Assert.IsType<Outcome.SenderBlocked>(Outcome.Classify(
            Refusal(SmtpStage.Auth, "535 5.7.3 Authentication unsuccessful"),
            new() { Host = "smtp.office365.com", User = "you@example.com" })).Error;
        Assert.Equal("auth.microsoft", error.Verdict);
        Assert.StartsWith(
            "Check SMTP_USER and SMTP_PASSWORD, and that SMTP AUTH is switched on for the mailbox. Microsoft 365 ends password logins over "
            + "SMTP: set SMTP_AUTH=microsoft.",
            error.Hint, StringComparison.Ordinal);
    }

    // muquit/mailsend-go 68, nodemailer/nodemailer 1714, simonrob/email-oauth2-proxy 297.
    [Theory]
    [InlineData(
        "smtp-mail.outlook.com", "you@outlook.com", "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
        "oauth.personal-outlook")]
    [InlineData("smtp.office365.com", "you@hotmail.co.uk", "535 5.7.3 Authentication unsuccessful", "oauth.personal-outlook")]
    [InlineData(
        "smtp-mail.outlook.com", "you@live.com", "550 5.7.30 Basic authentication is not supported for Client Submission.",
        "oauth.personal-outlook")]
    [InlineData("smtp.office365.com", "you@msn.com", "504 5.7.4 Unrecognized authentication type", "oauth.personal-outlook")]
    [InlineData(
        "smtp.office365.com", "you@example.com", "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
        "oauth.passwords-over")]
    [InlineData("smtp-mail.outlook.com", "you@example.com", "535 5.7.3 Authentication unsuccessful", "auth.microsoft")]
    [InlineData("smtp.example.com", "you@outlook.com", "535 5.7.3 Authentication unsuccessful", "auth.refused")]
    public void A_personal_Outlook_account_is_not_sent_to_a_login_that_there_is_for_organisations_alone(
        string host, string user, string reply, string verdict)
    {
        var error = Assert.IsType<Outcome.SenderBlocked>(
            Outcome.Classify(Refusal(SmtpStage.Auth, reply), new() { Host = host, User = user })).Error;
        Assert.Equal(verdict, error.Verdict);
        if (verdict == "oauth.personal-outlook")
            Assert.DoesNotContain("SMTP_AUTH", error.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}""", "status 400, scope https://mail.google.com/")]
    [InlineData("""{"status":401}""", "status 401")]
    [InlineData("""{"other":1}""", null)]
    [InlineData("[]", null)]
    [InlineData("nonsense", null)]
    [InlineData("", null)]
    public void What_a_server_says_of_a_token_in_JSON_is_read(string said, string? words) =>
        Assert.Equal(words, TokenLogin.Read(System.Text.Encoding.UTF8.GetBytes(said)));

    private static void NotReached(SmtpTrouble trouble, string why)
    {
        var seen = AttemptFailure.Describe(trouble, SmtpStage.Auth, wire: null);
        var blocked = Assert.IsType<Outcome.SenderBlocked>(Outcome.Classify(seen, new() { Auth = "microsoft" }));
        Assert.Equal(
            ("token.not-reached", "no access token", VerdictKind.Server, (string?)null),
            (blocked.Error.Verdict, blocked.Reason, blocked.Kind, blocked.Error.Reply));
        Assert.StartsWith(
            $"No access token from login.example: {why}. It is tried again by itself.", blocked.Error.Hint, StringComparison.Ordinal);
    }

    private static Outcome.SenderBlocked At(SmtpStage stage, string auth, string reply) =>
        Assert.IsType<Outcome.SenderBlocked>(Outcome.Classify(Refusal(stage, reply), new() { Auth = auth, User = "mailbox@example.com" }));

    private static DeliveryAttempt Refusal(SmtpStage stage, string reply) => new(stage)
    {
        ReplyCode = int.Parse(reply[..3], System.Globalization.CultureInfo.InvariantCulture),
        Reply = reply,
        Fault = stage == SmtpStage.Auth ? SmtpFault.LoginRefused : SmtpFault.None,
    };
}

using System.Net;
using Mail.SenderService.Smtp.Connections;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Verdicts;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.Smtp;
using Microsoft.AspNetCore.Http;

namespace Mail.Tests.Servers.Smtp;

/// <summary>Access tokens that are refused, or not to be had: one attempt, the reason with what to check, and no e-mail harmed.</summary>
public sealed class OAuthTroubleTests
{
    private const string Complaint = """{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}""";

    [Theory]
    [InlineData("microsoft", null, "Check in this order: (1) the app has the application permission SMTP.SendAsApp")]
    [InlineData("google", Complaint, "Check in this order: (1) the Admin console, under domain-wide delegation")]
    public async Task A_token_that_the_server_refuses_is_shown_once_and_the_next_attempt_has_another(
        string provider, string? complaint, string hint)
    {
        await using var endpoint = await TokenEndpoint.StartAsync();
        await using var server = ScriptedSmtp.Accepting().WithTokens(TokenEndpoint.Mailbox, _ => false, complaint)
            .But(Step.Auth, "535 5.7.3 Authentication unsuccessful [FR3P281CA0094.DEUP281.PROD.OUTLOOK.COM]");
        await using var sender = new Sender(OAuthSender.Options(endpoint, server, provider, connections: 8));

        foreach (var outcome in await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => sender.SendAsync(Sender.Email()))))
        {
            var blocked = Assert.IsType<Outcome.SenderBlocked>(outcome);
            Assert.Equal((SmtpStage.Auth, "login refused"), (blocked.Error.Stage, blocked.Reason));
            Assert.StartsWith("535 5.7.3 Authentication unsuccessful", blocked.Error.Reply, StringComparison.Ordinal);
            Assert.StartsWith(hint, blocked.Error.Hint, StringComparison.Ordinal);
            Assert.Equal(complaint is not null, blocked.Error.Hint.EndsWith(
                "Of the access token the server says: status 400, scope https://mail.google.com/.", StringComparison.Ordinal));
        }

        Assert.Equal((1, 1, 0), (server.Logins, endpoint.Requests, server.Count(Step.Mail)));
        server.WithTokens(TokenEndpoint.Mailbox, endpoint.IsGood).AsUsual();
        await RecoversAsync(sender);
        Assert.Equal((2, 2), (server.Logins, endpoint.Requests));
    }

    [Fact]
    public async Task A_mailbox_that_is_taken_away_from_eight_open_connections_costs_one_login()
    {
        await using var endpoint = await TokenEndpoint.StartAsync();
        await using var server = OAuthSender.Server(endpoint);
        var hold = new TaskCompletionSource();
        server.But(Step.Kept, Reaction.Hold(hold.Task));
        await using var sender = new Sender(OAuthSender.Options(endpoint, server, connections: 8));
        var first = Enumerable.Range(0, 8).Select(_ => sender.SendAsync(Sender.Email())).ToList();
        await server.WaitForAsync(Step.Kept, 8);
        hold.SetResult();
        await Task.WhenAll(first);

        var all = new TaskCompletionSource();
        server.WithTokens(TokenEndpoint.Mailbox, _ => false).But(Step.Auth, Reaction.Hold(all.Task));
        var second = Enumerable.Range(0, 8).Select(_ => sender.SendAsync(Sender.Email())).ToList();
        await server.WaitForAsync(Step.TokenOver, 8);
        all.SetResult();
        foreach (var outcome in await Task.WhenAll(second))
            Assert.Equal("login refused", Assert.IsType<Outcome.SenderBlocked>(outcome).Reason);

        Assert.Equal((8, 9, 2), (server.Count(Step.TokenOver), server.Logins, endpoint.Requests));
        server.WithTokens(TokenEndpoint.Mailbox, endpoint.IsGood);
        await RecoversAsync(sender);
    }

    [Theory]
    [InlineData("microsoft")]
    [InlineData("google")]
    public async Task A_secret_that_is_revoked_costs_one_request_and_no_login(string provider)
    {
        await using var endpoint = await TokenEndpoint.StartAsync();
        await using var server = OAuthSender.Server(endpoint);
        var options = OAuthSender.Options(endpoint, server, provider, connections: 8);
        await using var sender = new Sender(options);
        var secret = endpoint.Secret;
        endpoint.Secret = "another";
        if (provider == "google")
            endpoint.Answer(HttpStatusCode.BadRequest, """{"error":"invalid_grant","error_description":"Invalid JWT Signature."}""");

        foreach (var outcome in await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => sender.SendAsync(Sender.Email()))))
        {
            var blocked = Assert.IsType<Outcome.SenderBlocked>(outcome);
            Assert.Equal((SmtpStage.Auth, "access token refused"), (blocked.Error.Stage, blocked.Reason));
            Assert.Equal(
                provider == "google"
                    ? "invalid_grant: Invalid JWT Signature."
                    : "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret "
                        + "value, not the client secret ID, for a secret added to app '396c2760-2fa5-4948-b9d5-9839a7440836'.",
                blocked.Error.Reply);
        }

        Assert.Equal((1, 0, 0), (endpoint.Requests, server.Connections, server.Logins));
        (endpoint.Secret, endpoint.Otherwise) = (secret, null);
        await RecoversAsync(sender);
        Assert.Equal((2, 1), (endpoint.Requests, server.Logins));
    }

    [Fact]
    public async Task An_endpoint_that_is_down_blocks_the_sender_until_it_is_up()
    {
        await using var endpoint = TokenEndpoint.NotListening();
        await using var server = OAuthSender.Server(endpoint);
        await using var sender = new Sender(OAuthSender.Options(endpoint, server));

        var blocked = Assert.IsType<Outcome.SenderBlocked>(await sender.SendAsync(Sender.Email()));

        Assert.Equal((SmtpStage.Auth, "no access token", (string?)null), (blocked.Error.Stage, blocked.Reason, blocked.Error.Reply));
        Assert.StartsWith(
            $"No access token from 127.0.0.1: 127.0.0.1 port {endpoint.Address.Port}: Connection refused. It is tried again by itself.",
            blocked.Error.Hint, StringComparison.Ordinal);
        await endpoint.ListenAsync();
        await RecoversAsync(sender);
    }

    [Theory]
    [InlineData("microsoft", 503, "", "it answered with the status 503")]
    [InlineData("google", 503, "", "it answered with the status 503")]
    [InlineData(
        "microsoft", 429, """{"error":"invalid_request","error_description":"AADSTS90055: too many requests"}""",
        "it answered with the status 429")]
    [InlineData("google", 500, """{"error":"internal_failure"}""", "it answered with the status 500")]
    [InlineData("microsoft", 407, "<html>Proxy</html>", "it answered with the status 407")]
    [InlineData("google", 404, "<html>Not found</html>", "it answered with the status 404")]
    [InlineData("microsoft", 200, "<html>Sign in to the Wi-Fi</html>", "its answer is no access token")]
    [InlineData("google", 200, "{}", "its answer is no access token")]
    [InlineData("microsoft", 307, "", "it answered with the status 307")]
    [InlineData("google", 307, "", "it answered with the status 307")]
    public async Task An_endpoint_that_answers_otherwise_is_asked_once_an_attempt_and_told_nothing_more(
        string provider, int status, string body, string why)
    {
        await using var endpoint = await TokenEndpoint.StartAsync();
        await using var other = await TokenEndpoint.StartAsync();
        endpoint.Otherwise = async context =>
        {
            context.Response.StatusCode = status;
            if (status == 307)
                context.Response.Headers.Location = other.Address.ToString();
            await context.Response.WriteAsync(body);
            return true;
        };
        await using var server = OAuthSender.Server(endpoint);
        await using var sender = new Sender(OAuthSender.Options(endpoint, server, provider));

        var blocked = Assert.IsType<Outcome.SenderBlocked>(await sender.SendAsync(Sender.Email()));

        Assert.Equal("no access token", blocked.Reason);
        Assert.StartsWith($"No access token from 127.0.0.1: {why}. ", blocked.Error.Hint, StringComparison.Ordinal);
        Assert.Equal((1, 0, 0), (endpoint.Requests, other.Requests, server.Connections));
    }

    [Theory]
    [InlineData("microsoft")]
    [InlineData("google")]
    public async Task An_endpoint_that_does_not_answer_is_waited_for_as_long_as_SMTP_TIMEOUT_says(string provider)
    {
        await using var endpoint = await TokenEndpoint.StartAsync();
        endpoint.Otherwise = async context =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        await using var server = OAuthSender.Server(endpoint);
        await using var sender = new Sender(OAuthSender.Options(endpoint, server, provider, timeoutSeconds: 3));

        var attempt = await sender.HandOverAsync(Sender.Email());

        Assert.Equal(
            (SmtpFault.TokenNotReached, "no access token from 127.0.0.1: it did not answer in time"), (attempt.Fault, attempt.Error));
        Assert.InRange(attempt.Duration, TimeSpan.FromSeconds(2.9), TimeSpan.FromSeconds(12));
        Assert.Equal(1, endpoint.Requests);
    }

    [Fact]
    public async Task An_endpoint_whose_certificate_is_not_trusted_is_not_told_the_secret()
    {
        await using var endpoint = await TokenEndpoint.StartAsync();
        await using var server = OAuthSender.Server(endpoint);
        await using var connections = new SmtpConnections(OAuthSender.Options(endpoint, server), TimeProvider.System);

        var attempt = await connections.ProbeAsync(TestContext.Current.CancellationToken);

        Assert.Equal(SmtpFault.TokenNotReached, attempt.Fault);
        Assert.Contains("the TLS handshake failed: ", attempt.Error, StringComparison.Ordinal);
        Assert.Equal(0, endpoint.Requests);
    }

    [Fact]
    public async Task A_stop_ends_the_wait_for_a_token()
    {
        await using var endpoint = await TokenEndpoint.StartAsync();
        using var stop = new CancellationTokenSource();
        endpoint.Otherwise = async context =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        await using var server = OAuthSender.Server(endpoint);
        await using var sender = new Sender(OAuthSender.Options(endpoint, server));

        Assert.Equal(SmtpFault.Stopped, (await sender.HandOverUntilAsync(Sender.Email(), null, stop.Token)).Fault);
    }

    [Theory]
    [InlineData("microsoft", "smtp.office365.com and 587")]
    [InlineData("google", "smtp.gmail.com and 587")]
    public async Task A_server_that_takes_no_token_is_shown_none_and_the_hint_says_what_it_offers(string provider, string fix)
    {
        await using var endpoint = await TokenEndpoint.StartAsync();
        await using var server = ScriptedSmtp.Accepting().WithLogin(TokenEndpoint.Mailbox, "secret");
        await using var sender = new Sender(OAuthSender.Options(endpoint, server, provider));

        var blocked = Assert.IsType<Outcome.SenderBlocked>(await sender.SendAsync(Sender.Email()));

        Assert.Equal((SmtpStage.Auth, "login refused", (string?)null), (blocked.Error.Stage, blocked.Reason, blocked.Error.Reply));
        Assert.StartsWith(
            $"The server offers a login by LOGIN, PLAIN only. With SMTP_AUTH={provider} the server has to offer XOAUTH2.",
            blocked.Error.Hint, StringComparison.Ordinal);
        Assert.Contains(fix, blocked.Error.Hint, StringComparison.Ordinal);
        Assert.Empty(server.Tried);
    }

    [Fact]
    public async Task A_token_is_not_shown_over_plain_text_unless_that_is_allowed()
    {
        await using var endpoint = await TokenEndpoint.StartAsync();
        await using var server = OAuthSender.Server(endpoint);
        var options = OAuthSender.Options(endpoint, server, changed: ("SMTP_ALLOW_PLAINTEXT", null));
        await using var sender = new Sender(options);

        Assert.Equal(["SMTP_ALLOW_PLAINTEXT"], options.Missing());
        Assert.Equal("TLS refused", Assert.IsType<Outcome.SenderBlocked>(await sender.SendAsync(Sender.Email())).Reason);
        Assert.Empty(server.Tried);
    }

    [Theory]
    [InlineData("535 5.7.8 {0}")]
    [InlineData("500 5.5.1 Command unrecognized: \"AUTH XOAUTH2 {0}\"")]
    public async Task A_server_that_repeats_the_login_does_not_get_it_into_evidence_or_error(string reply)
    {
        await using var endpoint = await TokenEndpoint.StartAsync();
        await using var server = ScriptedSmtp.Accepting();
        server.WithTokens(TokenEndpoint.Mailbox, token =>
        {
            server.But(Step.Auth, string.Format(System.Globalization.CultureInfo.InvariantCulture, reply, token));
            return true;
        });
        await using var sender = new Sender(OAuthSender.Options(endpoint, server));

        var attempt = await sender.HandOverAsync(Sender.Email());
        var said = $"{attempt} {Outcome.Classify(attempt, sender.Options)}";

        Assert.Equal(1, server.Logins);
        Assert.Contains("[left out]", attempt.Reply, StringComparison.Ordinal);
        Assert.DoesNotContain(Assert.Single(endpoint.Tokens)[..80], said, StringComparison.Ordinal);
        Assert.DoesNotContain(endpoint.Secret, said, StringComparison.Ordinal);
    }

    // A refusal counts for a second for whoever comes with an e-mail that was claimed before.
    private static Task<Outcome> RecoversAsync(Sender sender) =>
        Deadline.UntilAsync(() => sender.SendAsync(Sender.Email()), outcome => outcome is Outcome.Sent);
}

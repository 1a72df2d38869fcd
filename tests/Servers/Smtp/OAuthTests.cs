using Mail.SenderService.Smtp.Settings;
using Mail.SenderService.Smtp.Verdicts;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.Servers.Smtp;

/// <summary>Logins with access tokens, where all goes well: one token for all connections, renewed before anybody needs the next.</summary>
public sealed class OAuthTests
{
    [Theory]
    [InlineData("microsoft", SmtpSecurity.Starttls)]
    [InlineData("microsoft", SmtpSecurity.None)]
    [InlineData("google", SmtpSecurity.Starttls)]
    public async Task The_mailbox_logs_in_with_a_token_of_its_provider(string provider, string security)
    {
        await using var endpoint = await TokenEndpoint.StartAsync();
        await using var server = OAuthSender.Server(endpoint);
        if (security == SmtpSecurity.Starttls)
            server.WithStartTls();
        var options = OAuthSender.Options(
            endpoint, server, provider,
            changed: security == SmtpSecurity.Starttls ? [("SMTP_USE_TLS", "true"), ("SMTP_ALLOW_PLAINTEXT", null)] : []);
        Assert.Empty(options.Missing());
        Assert.Empty(options.Invalid);
        await using var sender = new Sender(options);

        Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email()));
        Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email()));

        Assert.Equal(["XOAUTH2"], server.Tried);
        Assert.Equal((2, 1), (server.Received.Count, endpoint.Requests));
    }

    [Fact]
    public async Task One_token_serves_all_connections()
    {
        await using var endpoint = await TokenEndpoint.StartAsync();
        await using var server = OAuthSender.Server(endpoint);
        await using var sender = new Sender(OAuthSender.Options(endpoint, server, connections: 16));

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => sender.SendAsync(Sender.Email())));

        Assert.Equal(200, server.Received.DistinctBy(email => email.MessageId, StringComparer.Ordinal).Count());
        Assert.Equal(1, endpoint.Requests);
        Assert.InRange(server.Logins, 1, 16);
    }

    [Fact]
    public async Task Tokens_that_expire_in_mid_burst_fail_nothing_and_send_nothing_twice()
    {
        await using var endpoint = await TokenEndpoint.StartAsync();
        endpoint.Lifetime = TimeSpan.FromSeconds(3);
        await using var server = OAuthSender.Server(endpoint).But(Step.Kept, Reaction.After(TimeSpan.FromMilliseconds(10)));
        await using var sender = new Sender(OAuthSender.Options(endpoint, server, connections: 4));

        var outcomes = (await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            var sent = new List<Outcome>();
            while (endpoint.Requests < 4)
                sent.Add(await sender.SendAsync(Sender.Email()));
            return sent;
        }))).SelectMany(sent => sent).ToList();

        Assert.All(outcomes, outcome => Assert.IsType<Outcome.Sent>(outcome));
        Assert.Equal(outcomes.Count, server.Received.Count);
        Assert.Equal(outcomes.Count, server.Received.DistinctBy(email => email.MessageId, StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_kept_connection_whose_token_has_expired_is_opened_anew_with_one_that_was_fetched_meanwhile()
    {
        await using var endpoint = await TokenEndpoint.StartAsync();
        endpoint.Lifetime = TimeSpan.FromSeconds(6);
        await using var server = OAuthSender.Server(endpoint);
        await using var sender = new Sender(OAuthSender.Options(endpoint, server));
        Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email()));
        var first = Assert.Single(endpoint.Tokens);

        await Deadline.UntilAsync(() => Task.FromResult(endpoint.Requests), requests => requests >= 2);
        await Deadline.UntilAsync(() => Task.FromResult(endpoint.IsGood(first)), good => !good);
        Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email()));

        // Nothing was asked of the server with the old one.
        Assert.Equal((2, 2, 0), (server.Connections, server.Logins, server.Count(Step.TokenOver)));
    }

    [Fact]
    public async Task A_token_that_ends_before_its_time_is_replaced_without_harm_to_the_email()
    {
        await using var endpoint = await TokenEndpoint.StartAsync();
        await using var server = OAuthSender.Server(endpoint);
        await using var sender = new Sender(OAuthSender.Options(endpoint, server));
        Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email()));

        endpoint.Revoke();
        Assert.IsType<Outcome.Sent>(await sender.SendAsync(Sender.Email()));

        Assert.Equal((1, 2, 2, 2), (server.Count(Step.TokenOver), server.Connections, endpoint.Requests, server.Received.Count));
    }
}

using System.Globalization;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Settings;
using Mail.SenderService.Smtp.Verdicts;

namespace Mail.Tests.Decisions.Smtp;

/// <summary>What refusals mean, in the words of real servers.</summary>
public sealed class VerdictTests
{
    private static readonly string _file = Path.Combine(Checkout.Root, "tests", "Decisions", "Smtp", "replies.txt");
    private static readonly SmtpOptions _options =
        new() { Host = "smtp.example.com", FromEmail = "noreply@example.com", User = "user@example.com", Password = "secret" };
    private static readonly SaidBySender _said = new("noreply@example.com", ["bob@example.org"], "vm.example.com", "Welcome");

    /// <summary>Each line of <c>replies.txt</c>.</summary>
    public static TheoryData<string, string, string, string> Replies => new(
        from line in File.ReadAllLines(_file)
        where line.Length > 0 && line[0] != '#'
        let parts = line.Split(" | ")
        select (parts[0], parts[1], parts[2], parts[3]));

    [Theory]
    [MemberData(nameof(Replies))]
    public void A_reply_of_a_real_server_comes_to_its_verdict(string provider, string stage, string verdict, string reply)
    {
        var (row, outcome) = Of(stage, reply);

        Assert.Equal($"{provider}: {verdict}", $"{provider}: {Name(row, outcome)}");
        AssertExplained(outcome, row);
    }

    [Fact]
    public void The_replies_are_of_many_providers_and_each_has_its_source()
    {
        var lines = File.ReadAllLines(_file).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(" | ")).ToList();

        Assert.All(lines, parts => Assert.True(parts.Length >= 5 && parts[^1].Length > 3, string.Join(" | ", parts)));
        Assert.True(lines.Count >= 120, $"{lines.Count} replies");
        Assert.True(lines.Select(parts => parts[0]).Distinct(StringComparer.Ordinal).Count() >= 25);
    }

    [Theory]
    [InlineData("greeting", "SMTP_EHLO_NAME")]
    [InlineData("pace", "SMTP_RATE")]
    [InlineData("connections", "SMTP_MAX_CONNECTIONS")]
    public void A_hint_names_the_setting_that_helps(string verdict, string setting) =>
        Assert.All(
            Replies.Where(reply => reply.Data.Item3 == verdict && !reply.Data.Item4.Contains("login attempts", StringComparison.Ordinal)),
            reply => Assert.Contains(
                setting, ((Outcome.SenderBlocked)Of(reply.Data.Item2, reply.Data.Item4).Outcome).Error.Hint, StringComparison.Ordinal));

    [Theory]
    [InlineData("dot", "550 5.7.60 SMTP; Client does not have permissions to send as this sender")]
    [InlineData("dot", "550 The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved.")]
    [InlineData("dot", "553 Relaying disallowed as noreply@example.com")]
    [InlineData("dot", "553 Relaying disallowed as somebody@elsewhere.example")]
    [InlineData("mail", "550 Requested action not taken: mailbox unavailable Sender address is not allowed.")]
    [InlineData("dot", "550 From header sender domain not verified.")]
    [InlineData("mail", "550 This domain is not associated with your account")]
    [InlineData("mail", "550 5.7.1 Sending from domain is not allowed")]
    [InlineData("dot", "530 From/Sender name is not valid")]
    public void A_refused_sender_address_points_at_SMTP_FROM_EMAIL(string stage, string reply)
    {
        var blocked = Assert.IsType<Outcome.SenderBlocked>(Of(stage, reply).Outcome);

        Assert.Equal("sender address refused", blocked.Reason);
        Assert.Contains("SMTP_FROM_EMAIL", blocked.Error.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rcpt")]
    [InlineData("data")]
    [InlineData("dot")]
    public void What_no_row_knows_follows_the_code_and_blocks_nobody(string stage)
    {
        Assert.IsType<Outcome.Failed>(Of(stage, "550 blorp").Outcome);
        Assert.IsType<Outcome.TryAgain>(Of(stage, "450 blorp").Outcome);
        Assert.IsType<Outcome.Failed>(Of(stage, "598 5.9.9 blorp").Outcome);
    }

    [Theory]
    [InlineData("throttle", "550 5.1.1 <throttle@x.invalid>: User unknown")]
    [InlineData("daily.limit", "550 5.1.1 <daily.limit@exceeded.example> no such user")]
    [InlineData("ehlo", "550 5.1.1 <ehlo@rejected.example> no such user")]
    [InlineData("too.many.messages", "550 5.1.1 too.many.messages... User unknown")]
    public void What_the_server_quotes_is_taken_out_before_anything_is_matched(string local, string reply)
    {
        var said = _said with
        {
            To = [reply.Contains('<', StringComparison.Ordinal)
                ? reply[(reply.IndexOf('<', StringComparison.Ordinal) + 1)..reply.IndexOf('>', StringComparison.Ordinal)]
                : $"{local}@x.invalid"],
        };

        Assert.IsType<Outcome.Failed>(Outcome.Classify(Refusal("rcpt", reply) with { Said = said }, _options));
    }

    [Fact]
    public void The_senders_own_host_and_greeting_are_taken_out_too()
    {
        var options = new SmtpOptions
        {
            Host = "throttle.example.com",
            FromEmail = "too-many-messages@ratelimit.example",
            EhloName = "daily-limit.exceeded.example",
        };
        var said = new SaidBySender(options.FromEmail, ["bob@example.org"], options.EhloName, "Too many emails per second");

        foreach (var reply in (string[])[
            "550 throttle.example.com: no", "550 <daily-limit.exceeded.example> no", "550 [ratelimit.example] no",
            "550 header \"Too many emails per second\" no"])
        {
            Assert.IsType<Outcome.Failed>(Outcome.Classify(Refusal("rcpt", reply) with { Said = said }, options));
        }
    }

    [Theory]
    [InlineData("rcpt", "452 4.5.3 Too many recipients", true)]
    [InlineData("rcpt", "552 Too many recipients", true)]
    [InlineData("rcpt", "550 RP:RCL 163 smtp7", true)]
    [InlineData("rcpt", "550 Requested mail action not taken: too much recipient", true)]
    [InlineData("rcpt", "451 4.3.0 Multiple destination domains per transaction is unsupported. Please try again.", true)]
    [InlineData("rcpt", "450 Please try bob@example.org in a separate transaction", true)]
    [InlineData("rcpt", "550 5.7.1 You are not allowed to send to this recipient", false)]
    [InlineData("rcpt", "452 4.5.3 Too many recipients this hour", false)]
    [InlineData("rcpt", "550 5.1.1 no such user", false)]
    public void Too_many_recipients_are_sent_to_at_once_in_another_transaction(string stage, string reply, bool atOnce) =>
        Assert.Equal(atOnce, Of(stage, reply).Row.AtOnce);

    [Theory]
    [InlineData("mail", "552 5.3.4 Message size exceeds fixed limit", "message.size-by-code")]
    [InlineData("dot", "552 message too large", "message.size")]
    [InlineData("mail", "552 no", "message.size-552")]
    [InlineData("dot", "552 Requested mail action aborted", "message.size-552")]
    [InlineData("dot", "552 5.2.2 mailbox full", "recipient.full-by-code")]
    public void What_is_too_large_says_what_to_do(string stage, string reply, string row) => Assert.Equal(row, Of(stage, reply).Row.Id);

    [Theory]
    [InlineData("rcpt", "550 #5.1.0 Address rejected.", "recipient.mailbox")]
    [InlineData("rcpt", "550 sorry, not this one #5.1.1", "recipient.unknown-by-code")]
    [InlineData("rcpt", "550 sorry, not this one (#5.1.1)", "recipient.unknown-by-code")]
    [InlineData("rcpt", "550 sorry, not this one [#5.1.1]", "recipient.unknown-by-code")]
    [InlineData("rcpt", "550 sorry, not this one (5.1.1)", "recipient.unknown-by-code")]
    [InlineData("rcpt", "550 sorry, not this one #5.1.1.1", "email.refused-recipient")]
    [InlineData("rcpt", "550 sorry, not this one https://help.example/#5.1.1", "email.refused-recipient")]
    public void An_enhanced_code_is_read_where_servers_put_it(string stage, string reply, string row) =>
        Assert.Equal(row, Of(stage, reply).Row.Id);

    [Fact]
    public void Each_row_has_its_own_name_its_case_and_a_hint_of_whole_sentences()
    {
        Assert.Equal(VerdictTable.Rows.Count, VerdictTable.Rows.Select(row => row.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.All(VerdictTable.Rows, row =>
        {
            Assert.Matches(@"^[a-z]+\.[a-z0-9-]+$", row.Id);
            Assert.NotEmpty(row.Case);
            Assert.Matches(@"^[A-Z""].+[.?]$", row.Hint);
            Assert.Equal(row.Settings is null, row.SettingsText is null);
        });
    }

    [Theory]
    [InlineData("550 5.7.0 too many emails per second", 1, null)]
    [InlineData("450 limit of 30 messages per minute reached", 60, null)]
    [InlineData("550 has exceeded the max emails per hour", 3600, null)]
    [InlineData("451 limit 50 letters per 15 minutes", 900, null)]
    [InlineData("550 Daily user sending limit exceeded", 86400, null)]
    [InlineData("451 slow down", null, null)]
    [InlineData("451 slow down, retry in 5 minutes", 300, 300)]
    [InlineData("550 Too many messages. Try again in 92 seconds.", 92, 92)]
    public void A_reply_names_the_period_of_its_limit(string reply, int? period, int? wait) =>
        Assert.Equal(
            (period, wait), ((int?)PacePeriod.Parse(reply).Period?.TotalSeconds, (int?)PacePeriod.Parse(reply).Wait?.TotalSeconds));

    [Fact]
    public void An_email_that_is_refused_alone_falls_by_its_code()
    {
        var blocked = Assert.IsType<Outcome.SenderBlocked>(Of("dot", "553 Relaying disallowed as noreply@example.com").Outcome);

        Assert.True(Assert.IsType<Outcome.Failed>(blocked.AsOwn(553)).Error.Permanent);
        Assert.IsType<Outcome.TryAgain>(blocked.AsOwn(453));
        Assert.IsType<Outcome.TryAgain>(
            Assert.IsType<Outcome.SenderBlocked>(Of("dot", "550 too many emails per second").Outcome).AsOwn(550));
    }

    private static (VerdictRow Row, Outcome Outcome) Of(string stage, string reply)
    {
        var refusal = Refusal(stage, reply);
        return (VerdictTable.Find(refusal, _options), Outcome.Classify(refusal, _options));
    }

    private static DeliveryAttempt Refusal(string stage, string reply) => new(stage switch
    {
        "connect" or "ehlo" => SmtpStage.Connect,
        "auth" => SmtpStage.Auth,
        "mail" => SmtpStage.MailFrom,
        "rcpt" => SmtpStage.RcptTo,
        "data" => SmtpStage.Data,
        _ => SmtpStage.EndOfData
    })
    {
        ReplyCode = int.Parse(reply[..3], CultureInfo.InvariantCulture),
        Reply = reply,
        SaidHello = stage == "ehlo",
        DotFlushed = stage == "dot",
        Fault = stage == "auth" ? SmtpFault.LoginRefused : SmtpFault.None,
        Said = _said
    };

    private static string Name(VerdictRow row, Outcome outcome) => outcome switch
    {
        _ when row.Kind == VerdictKind.Connection => "connection",
        Outcome.Failed => "failed",
        Outcome.TryAgain => "later",
        Outcome.SenderBlocked when row.Kind == VerdictKind.ConnectionCount => "connections",
        _ => JsonName(row.Kind)
    };

    private static string JsonName(VerdictKind kind) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    private static void AssertExplained(Outcome outcome, VerdictRow row)
    {
        var error = outcome switch
        {
            Outcome.Failed failed => failed.Error,
            Outcome.TryAgain again => again.Error,
            Outcome.SenderBlocked blocked => blocked.Error,
            _ => throw new InvalidOperationException()
        };
        Assert.Equal(row.Id, error.Verdict);
        Assert.NotEmpty(error.Hint);
    }
}

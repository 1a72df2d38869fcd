using Mail.SenderService.Claiming;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Verdicts;

namespace Mail.Tests.Decisions.SenderService;

/// <summary>Whether a refusal that blocks is everybody's or one e-mail's own.</summary>
public sealed class SecondOpinionTests
{
    private static readonly Guid _one = Guid.CreateVersion7(), _other = Guid.CreateVersion7();
    private static readonly Outcome _sent = new Outcome.Sent("250 Ok", []);

    private readonly SecondOpinion _opinion = new();

    [Fact]
    public void One_that_is_refused_again_after_another_got_through_falls_by_its_code()
    {
        Assert.IsType<Outcome.SenderBlocked>(Refused(_one, VerdictKind.Account, 553, at: 10));
        Assert.True(_opinion.IsSuspect(_one));
        Passed(_other, begun: 20);

        Assert.IsType<Outcome.Failed>(Refused(_one, VerdictKind.Account, 553, at: 30));
        Assert.False(_opinion.IsSuspect(_one));
    }

    [Fact]
    public void For_now_where_the_code_says_so()
    {
        Refused(_one, VerdictKind.Greeting, 450, at: 10);
        Passed(_other, begun: 20);

        Assert.IsType<Outcome.TryAgain>(Refused(_one, VerdictKind.Greeting, 450, at: 30));
    }

    [Fact]
    public void Another_that_was_already_on_its_way_is_no_proof()
    {
        Refused(_one, VerdictKind.Account, 553, at: 10);
        Passed(_other, begun: 5);

        Assert.IsType<Outcome.SenderBlocked>(Refused(_one, VerdictKind.Account, 553, at: 30));
    }

    [Fact]
    public void While_all_are_refused_none_is_burnt()
    {
        for (var round = 0; round < 10; round++)
        {
            Assert.IsType<Outcome.SenderBlocked>(Refused(_one, VerdictKind.Account, 553, at: 10 * round));
            Assert.IsType<Outcome.SenderBlocked>(Refused(_other, VerdictKind.Account, 553, at: (10 * round) + 5));
        }
    }

    [Fact]
    public void One_that_got_through_is_no_suspect_any_more()
    {
        Refused(_one, VerdictKind.Account, 553, at: 10);
        Passed(_one, begun: 20);
        Passed(_other, begun: 30);

        Assert.IsType<Outcome.SenderBlocked>(Refused(_one, VerdictKind.Account, 553, at: 40));
    }

    [Fact]
    public void A_limit_burns_no_email_however_often_it_is_met()
    {
        for (var round = 0; round < 50; round++)
        {
            Assert.IsNotType<Outcome.Failed>(Refused(_one, VerdictKind.Pace, 550, at: 10 * round));
            Passed(_other, begun: (10 * round) + 5);
        }
    }

    [Fact]
    public void Before_the_login_no_email_has_a_part_in_it()
    {
        Refused(_one, VerdictKind.Account, 535, at: 10, SmtpStage.Auth);

        Assert.False(_opinion.IsSuspect(_one));
    }

    private Outcome Refused(Guid id, VerdictKind kind, int code, long at, SmtpStage stage = SmtpStage.EndOfData) =>
        _opinion.Judge(
            id, new Outcome.SenderBlocked(new(stage, $"{code} no", "Hint.", Permanent: false, "account.from"), "refused") { Kind = kind },
            new(stage) { ReplyCode = code, Reply = $"{code} no" }, at - 1, at);

    private void Passed(Guid id, long begun) => _opinion.Judge(id, _sent, new(SmtpStage.EndOfData) { Accepted = true }, begun, begun + 1);
}

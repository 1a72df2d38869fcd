using Mail.SenderService.Smtp.Verdicts;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.Servers.Smtp;

/// <summary>Every stage with every misbehaviour: what it comes to, what is shown, and that no server gets a second copy.</summary>
public sealed class EveryMisbehaviourTests
{
    // More than the socket buffers between two processes take: when the first bytes have come, the last are not yet written.
    private static readonly string _large = string.Concat(Enumerable.Repeat("A line of a large e-mail.\n", 640_000));

    public static TheoryData<string, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, bool>();
            foreach (var misbehaviour in Misbehaviour.All)
            {
                cases.Add(misbehaviour.Name, true);
                cases.Add(misbehaviour.Name, false);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_misbehaving_server_gets_no_second_copy_and_the_evidence_says_what_happened(string name, bool pipelining)
    {
        var expected = Misbehaviour.All.Single(misbehaviour => misbehaviour.Name == name);
        await using var server = ScriptedSmtp.Accepting().But(expected.Step, expected.Reaction);
        server.Offering(pipelining ? ["PIPELINING", "8BITMIME"] : ["8BITMIME"]);
        if (expected.Step == Step.Auth)
            server.WithLogin("user@example.com", "secret");
        await using var sender = Sender.To(
            server, login: expected.Step == Step.Auth, timeoutSeconds: expected.Reaction == Reaction.Stall ? 1 : 30);
        var email = Sender.Email(expected.Step == Step.Body ? _large : "Hello Ada");

        var attempt = await sender.HandOverAsync(email);
        var outcome = Outcome.Classify(attempt, sender.Options);

        Assert.Equal(expected.Outcome, outcome.GetType().Name);
        Assert.Equal(expected.Stage, attempt.Stage.ToString());
        Assert.Equal(expected.Reply, attempt.Reply);
        AssertError(expected, outcome);
        Assert.Equal(expected.Kept, server.Received.Count);

        if (outcome is Outcome.TryAgain or Outcome.SenderBlocked)
        {
            server.AsUsual();
            Assert.IsType<Outcome.Sent>(await sender.SendAsync(email));
            Assert.Single(server.Received);
        }
    }

    private static void AssertError(Misbehaviour expected, Outcome outcome)
    {
        var error = outcome switch
        {
            Outcome.Failed failed => failed.Error,
            Outcome.TryAgain again => again.Error,
            Outcome.Unknown unknown => unknown.Error,
            Outcome.SenderBlocked blocked => blocked.Error,
            _ => null
        };
        Assert.Equal(outcome is Outcome.Failed, error?.Permanent ?? false);
        Assert.Equal(expected.Reply, outcome is Outcome.Sent sent ? sent.Reply : error?.Reply);
        if (error is null)
            return;
        Assert.NotEmpty(error.Verdict);
        Assert.NotEmpty(error.Hint);
        if (expected.Hint is not null)
            Assert.Contains(expected.Hint, error.Hint, StringComparison.Ordinal);
    }
}

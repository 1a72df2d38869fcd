namespace Mail.Tests.Models;

/// <summary>The protocol keeps its promises in every order of events tried; each seeded bug breaks one of them.</summary>
public sealed class ModelTests(CompiledModel model)
{
    [Theory]
    [InlineData("Protocol", 15)]
    [InlineData("Protocol", 40, Traits = ["Length", "long"])]
    [InlineData("WithoutExpiry", 40, Traits = ["Length", "long"])]
    [InlineData("WithoutWakingSweep", 40, Traits = ["Length", "long"])]
    [InlineData("RestoreFence", 15)]
    [InlineData("RestoreFence", 40, Traits = ["Length", "long"])]
    [InlineData("TwoAtTheFence", 15)]
    [InlineData("TwoAtTheFence", 40, Traits = ["Length", "long"])]
    [InlineData("Remainders", 8)]
    [InlineData("Remainders", 40, Traits = ["Length", "long"])]
    public async Task The_protocol_keeps_every_promise(string testCase, int schedules) =>
        Assert.Null(await model.CheckAsync(testCase, schedules));

    [Theory]
    [InlineData("ClaimWithoutStatus", "NeverTwice")]
    [InlineData("ClaimWithoutDue", "NeverEarly")]
    [InlineData("SweepResetsSending", "NeverTwice", Traits = ["Length", "long"])]
    [InlineData("ExpiryToPending", "NeverTwice", Traits = ["Length", "long"])]
    [InlineData("OutcomeWithoutClaim", "NeverTwice", Traits = ["Length", "long"])]
    [InlineData("GiveBackInFlight", "NeverTwice", Traits = ["Length", "long"])]
    [InlineData("CancelWithoutCondition", "NeverAfterCancel")]
    [InlineData("RetryWithoutTimer", "EachBecomesFinal", Traits = ["Length", "long"])]
    [InlineData("SweepWakesNothing", "EachBecomesFinal", Traits = ["Length", "long"])]
    [InlineData("FenceForgetsLapse", "NoDotAfterGivenUp")]
    [InlineData("ResendLeavesClaim", "ResendReplaces", Traits = ["Length", "long"])]
    [InlineData("RetryOutlivesSave", "LetGoIsLetGo", Traits = ["Length", "long"])]
    [InlineData("GiveBackOutlivesSave", "LetGoIsLetGo", Traits = ["Length", "long"])]
    [InlineData("ClaimWithoutMark", "NothingAgain")]
    [InlineData("WipedBrokerVouches", "NothingAgain", Traits = ["Length", "long"])]
    [InlineData("CountOverwrites", "NothingAgain")]
    [InlineData("VouchWithoutCount", "NothingAgain", Traits = ["Length", "long"])]
    [InlineData("HoldTellsBroker", "NothingAgain", Traits = ["Length", "long"])]
    [InlineData("ReadTakesCount", "CountIsHeard")]
    [InlineData("RemainderApart", "NobodyLeftOut")]
    [InlineData("RemainderWithoutCondition", "NoRestTwice")]
    [InlineData("RemainderBesideCopy", "NoRestBesideCopy", Traits = ["Length", "long"])]
    public async Task Each_seeded_bug_breaks_its_promise(string testCase, string promise) =>
        Assert.Contains(promise, await model.CheckAsync(testCase, schedules: 2000));
}

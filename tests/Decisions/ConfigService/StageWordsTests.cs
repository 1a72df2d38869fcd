using Mail.ConfigService.Page;

namespace Mail.Tests.Decisions.ConfigService;

public sealed class StageWordsTests
{
    [Theory]
    [InlineData(
        "The server refused it for good at rcpt_to: 550 no mail at rcpt_to: here.", "rcpt_to",
        "The server refused it for good at a recipient: 550 no mail at rcpt_to: here.")]
    [InlineData(
        "It was tried 3 times until noon; the last attempt failed at end_of_data: 451.", "end_of_data",
        "It was tried 3 times until noon; the last attempt failed after the message: 451.")]
    [InlineData("The last attempt failed; it does not have it.", "connect", "The last attempt failed; it does not have it.")]
    [InlineData("It failed at somewhere: 500.", "somewhere", "It failed at somewhere: 500.")]
    public void A_stage_is_said_in_words_and_the_servers_words_stay(string sentence, string stage, string expected) =>
        Assert.Equal(expected, StageWords.InSentence(sentence, stage));
}

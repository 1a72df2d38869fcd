using Mail.SenderService.Recording;
using Mail.Store;

namespace Mail.Tests.Decisions.SenderService;

/// <summary>What the log says of a server's reply: sentences, and nobody's address.</summary>
public sealed class LoggedWordsTests
{
    private static readonly ScheduledEmail _email = new()
    {
        Id = Guid.CreateVersion7(),
        ClientId = "acme",
        Source = EmailSource.OneOff,
        To = ["Ada Lovelace <Ada@example.com>"],
        Cc = ["grace@example.com"],
        Bcc = ["secret@example.com"],
        Subject = "Hello",
        BodyId = "a",
        ScheduledDatetime = default,
        DueAt = default,
        SendBefore = default,
        CreatedAt = default,
    };

    [Theory]
    [InlineData("450 4.2.0 later", null, "450 4.2.0 later.")]
    [InlineData("450 4.2.0 later.", "Wait a moment.", "450 4.2.0 later. Wait a moment.")]
    [InlineData(null, "Wait a moment", "Wait a moment.")]
    [InlineData(null, " ", "")]
    [InlineData(null, null, "")]
    [InlineData("550 5.1.1 <ADA@example.com>: no such user", null, "550 5.1.1 <[recipient]>: no such user.")]
    [InlineData(
        "550 grace@example.com, secret@example.com and mallory@example.com", null, "550 [recipient], [recipient] and mallory@example.com.")]
    public void A_reply_and_a_hint_are_sentences_without_recipients_and_what_is_not_there_is_not_said(
        string? reply, string? hint, string sentences) =>
        Assert.Equal(sentences, LoggedWords.Sentences(_email, reply, hint));

    [Fact]
    public void A_hint_follows_with_a_blank_where_there_is_one()
    {
        Assert.Equal("", LoggedWords.Following(_email, null));
        Assert.Equal(" Wait.", LoggedWords.Following(_email, "Wait"));
        Assert.Equal("login refused: 535 no.", LoggedWords.Sentences(email: null, "login refused: 535 no"));
    }
}

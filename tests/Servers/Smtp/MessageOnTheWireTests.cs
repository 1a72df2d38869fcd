using System.Text;
using Mail.Messages;
using Mail.SenderService.Smtp.Verdicts;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.Servers.Smtp;

public sealed class MessageOnTheWireTests
{
    [Theory]
    [InlineData(true, "8bit")]
    [InlineData(false, "quoted-printable")]
    public async Task Text_goes_as_the_server_takes_it(bool eightBit, string encoding)
    {
        await using var server = ScriptedSmtp.Accepting().Offering(eightBit ? ["8BITMIME"] : []);
        await using var sender = Sender.To(server);

        await sender.SendAsync(Sender.Email("Viele Grüße aus dem schönen Berlin, und bis bald"));

        var received = Assert.Single(server.Received);
        Assert.Equal(encoding, received.Header("Content-Transfer-Encoding"));
        Assert.Equal(
            eightBit
                ? "Viele Grüße aus dem schönen Berlin, und bis bald"
                : "Viele Gr=C3=BC=C3=9Fe aus dem sch=C3=B6nen Berlin, und bis bald",
            Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(received.Body)).TrimEnd());
    }

    [Fact]
    public async Task Every_attempt_carries_the_same_Message_ID()
    {
        await using var server = ScriptedSmtp.Accepting().But(Step.Dot, "451 4.3.0 later").Times(1);
        await using var sender = Sender.To(server);
        var email = Sender.Email();

        await sender.SendAsync(email);
        await sender.SendAsync(email);

        Assert.Equal(MessageBuilder.MessageId(email.Id, "noreply@example.com"), Assert.Single(server.Received).MessageId);
    }

    [Fact]
    public async Task No_line_is_longer_than_the_998_characters_of_RFC_5322()
    {
        await using var server = ScriptedSmtp.Accepting();
        await using var sender = Sender.To(server);
        var email = Sender.Email(new string('x', 5000) + "\n" + new string('ü', 3000)) with
        {
            Subject = new string('s', 998),
            Html = $"<p>{new string('y', 3000)}</p>",
            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Long"] = new string('z', 3000) }
        };

        Assert.IsType<Outcome.Sent>(await sender.SendAsync(email));

        Assert.All(Assert.Single(server.Received).Text.Split("\r\n"), line => Assert.InRange(line.Length, 0, 998));
    }
}

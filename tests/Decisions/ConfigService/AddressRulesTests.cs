using Mail.ConfigService.Emails;
using Mail.Messages;

namespace Mail.Tests.Decisions.ConfigService;

/// <summary>What the API accepts a sender can write, and what it refuses it says how to write.</summary>
public sealed class AddressRulesTests
{
    [Theory]
    [InlineData("ada@example.com")]
    [InlineData("Ada Lovelace <ada@example.com>")]
    [InlineData("\"Doe, Ada\" <ada@example.com>")]
    [InlineData("Support (Billing) <ada@example.com>")]
    [InlineData("\"ba..z\"@docomo.ne.jp")]
    [InlineData("Ada <\"ba..z.\"@docomo.ne.jp>")]
    [InlineData("jörg@bücher.example")]
    [InlineData("Jörg <jörg@bücher.example>")]
    [InlineData("ada@[192.0.2.1]")]
    [InlineData("ada@[IPv6:2001:db8::1]")]
    [InlineData("o'neil+tag/x=1@example.com")]
    [InlineData("\"\" <ada@example.com>")]
    [InlineData(" Ada\t<ada@example.com> ")]
    public void An_address_is_accepted_by_the_API_and_by_the_sender(string address)
    {
        Assert.Null(AddressRules.Refuse(address));
        Assert.NotEmpty(Mailboxes.Parse(address).Address);
    }

    [Theory]
    [InlineData("Doe, Ada <ada@example.com>", "put the name in quotes")]
    [InlineData("Acme: Billing <ada@example.com>", "put the name in quotes")]
    [InlineData("ada@example.com <ada@example.com>", "put the name in quotes")]
    [InlineData("Ada \"Q\" <ada@example.com>", "put the name in quotes")]
    [InlineData("\"Ada\" Q <ada@example.com>", "put the whole name in them")]
    [InlineData("\"Ada <ada@example.com>", "do not end")]
    [InlineData("ba..z@docomo.ne.jp", "put that part in quotes, \"ba..z\"@")]
    [InlineData("baz.@docomo.ne.jp", "put that part in quotes")]
    [InlineData("a b@example.com", "put that part in quotes")]
    [InlineData("a@example.com, b@example.com", "an entry of its own")]
    [InlineData("group: a@example.com, b@example.com;", "a group")]
    [InlineData("undisclosed-recipients:;", "a group")]
    [InlineData("@relay.example:ada@example.com", "source routes")]
    [InlineData("ada", "not an e-mail address")]
    [InlineData("", "not an e-mail address")]
    [InlineData("<>", "not an e-mail address")]
    [InlineData("ada@", "not an e-mail address")]
    [InlineData("@example.com", "not an e-mail address")]
    [InlineData("ada@example..com", "its domain is not one")]
    [InlineData("ada@-example.com", "its domain is not one")]
    [InlineData("ada@example.com (Ada)", "not an e-mail address")]
    [InlineData("ada@[300.0.0.1]", "its domain is not one")]
    [InlineData("ada@example.com\r\nBcc: eve@example.com", "line breaks")]
    [InlineData("A\u0007da <ada@example.com>", "control characters")]
    [InlineData("A\u0085da <ada@example.com>", "control characters")]
    [InlineData("A\u007fda <ada@example.com>", "control characters")]
    public void What_is_refused_is_told_what_would_be_right(string address, string sentence) =>
        Assert.Contains(sentence, AddressRules.Refuse(address), StringComparison.Ordinal);
}

using System.Net;
using Mail.Hosting;
using Mail.Hosting.Egress;

namespace Mail.Tests.Decisions.Webhooks;

/// <summary>What others were reached by who should not have been: each row is a way around a guard that somebody reported.</summary>
public sealed class EgressGuardTests
{
    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("169.253.255.255")]
    [InlineData("192.169.0.1")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700::1111")]
    [InlineData("2001:4860:4860::8888")]
    [InlineData("64:ff9b::101:101")]
    [InlineData("2002:101:101::1")]
    [InlineData("::ffff:1.1.1.1")]
    public void The_public_Internet_is_reached(string address) =>
        Assert.Null(EgressGuard.Refuse(IPAddress.Parse(address), 443, EgressPolicy.PublicOnly));

    [Theory]
    [InlineData("127.0.0.1", "loopback")]
    [InlineData("127.255.255.254", "loopback")]
    [InlineData("::1", "loopback")]
    [InlineData("0.0.0.0", "this host")]
    [InlineData("0.1.2.3", "this host")]
    [InlineData("::", "no address")]
    [InlineData("10.0.0.1", "private")]
    [InlineData("172.16.0.1", "private")]
    [InlineData("172.31.255.255", "private")]
    [InlineData("192.168.255.255", "private")]
    [InlineData("fd12::1", "private")]
    [InlineData("169.254.1.1", "link-local")]
    [InlineData("fe80::1", "link-local")]
    [InlineData("febf::1", "link-local")]
    [InlineData("fec0::1", "site-local")]
    [InlineData("169.254.169.254", "metadata")]
    [InlineData("fd00:ec2::254", "metadata")]
    [InlineData("100.100.100.200", "metadata")]
    [InlineData("100.64.0.1", "provider")]
    [InlineData("100.127.255.255", "provider")]
    [InlineData("192.0.0.8", "reserved")]
    [InlineData("198.18.0.1", "benchmarks")]
    [InlineData("203.0.113.7", "documentation")]
    [InlineData("2001:db8::1", "documentation")]
    [InlineData("3fff::1", "documentation")]
    [InlineData("224.0.0.1", "multicast")]
    [InlineData("239.255.255.250", "multicast")]
    [InlineData("ff02::1", "multicast")]
    [InlineData("240.0.0.1", "reserved")]
    [InlineData("255.255.255.255", "reserved")]
    [InlineData("4000::1", "reserved")]
    // The same within others.
    [InlineData("::ffff:127.0.0.1", "loopback")]
    [InlineData("::ffff:169.254.169.254", "metadata")]
    [InlineData("::127.0.0.1", "loopback")]
    [InlineData("::ffff:0:10.0.0.1", "private")]
    [InlineData("64:ff9b::7f00:1", "loopback")]
    [InlineData("64:ff9b::a9fe:a9fe", "metadata")]
    [InlineData("64:ff9b:1::a00:1", "translator")]
    [InlineData("2002:7f00:1::", "loopback")]
    [InlineData("2002:a9fe:a9fe::1", "metadata")]
    [InlineData("2002:c0a8:101::1", "private")]
    // Teredo: the server's address in the middle, the client's inverted at the end.
    [InlineData("2001:0:0a00:1::", "private")]
    [InlineData("2001:0:101:101:0:0:80ff:fffe", "loopback")]
    [InlineData("2606:4700::5efe:7f00:1", "loopback")]
    public void Nothing_else_is(string address, string name) => Assert.Contains(
        name, EgressGuard.Refuse(IPAddress.Parse(address), 443, EgressPolicy.PublicOnly), StringComparison.Ordinal);

    // System.Uri reads these as browsers do; what is judged is the address that comes out.
    [Theory]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f000001/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://127.1/")]
    [InlineData("http://[::ffff:7f00:1]/")]
    public void Other_spellings_of_an_address_are_the_same_address(string url) => Assert.NotNull(
        EgressGuard.Refuse(IPAddress.Parse(new Uri(url).DnsSafeHost), 80, EgressPolicy.PublicOnly));

    [Theory]
    [InlineData("10.1.0.0/16", "10.1.2.3", 443, true)]
    [InlineData("10.1.0.0/16", "10.2.2.3", 443, false)]
    [InlineData("10.1.0.0/16", "::ffff:10.1.2.3", 443, true)]
    [InlineData("192.168.7.5:8080", "192.168.7.5", 8080, true)]
    [InlineData("192.168.7.5:8080", "192.168.7.5", 8081, false)]
    [InlineData("10.0.0.0/8:8443, 127.0.0.1", "127.0.0.1", 1, true)]
    [InlineData("fd00::/8", "fd12::1", 443, true)]
    [InlineData("[fd00::/8]:8443", "fd12::1", 443, false)]
    [InlineData("[fd00::/8]:8443", "fd12::1", 8443, true)]
    [InlineData("[::1]", "::1", 80, true)]
    [InlineData("10.1.2.3/16", "10.1.9.9", 443, true)]
    [InlineData("10.1.2.3/16", "10.2.9.9", 443, false)]
    [InlineData("fd00::1/8", "fd12::1", 443, true)]
    public void What_the_setting_names_is_reached(string setting, string address, int port, bool isReached) =>
        Assert.Equal(isReached, EgressGuard.Refuse(IPAddress.Parse(address), port, EgressPolicy.Parse(setting)) is null);

    [Theory]
    [InlineData("10.0.0")]
    [InlineData("10.0.0.0/33")]
    [InlineData("localhost")]
    [InlineData("10.0.0.1:0")]
    [InlineData("10.0.0.1:http")]
    [InlineData("[fd00::/8")]
    public void A_setting_that_names_no_network_is_refused(string setting) =>
        Assert.Contains(
            "EGRESS_ALLOW", Assert.Throws<SettingException>(() => EgressPolicy.Parse(setting)).Message, StringComparison.Ordinal);

    [Fact]
    public void One_address_of_a_name_that_is_refused_refuses_the_name() => Assert.NotNull(
        EgressGuard.Refuse([IPAddress.Parse("1.1.1.1"), IPAddress.Loopback], 443, EgressPolicy.PublicOnly));

    [Fact]
    public void Of_the_addresses_of_a_name_those_that_the_setting_names_are_used()
    {
        var (policy, localhost) = (EgressPolicy.Parse("127.0.0.0/8"), new[] { IPAddress.IPv6Loopback, IPAddress.Loopback });
        Assert.Null(EgressGuard.Refuse("localhost", localhost, 8080, policy));
        Assert.Equal([IPAddress.Loopback], EgressGuard.Usable(localhost, 8080, policy));
        Assert.True(EgressGuard.AllowsPlainText(localhost, 8080, policy));
    }

    [Theory]
    [InlineData("intranet.example", "leads to an address that nothing is sent to")]
    [InlineData("10.3.4.5", "10.3.4.5 is private (RFC 1918)")]
    public void An_address_is_told_to_whoever_named_it_and_to_nobody_else(string host, string refusal) => Assert.Equal(
        refusal, EgressGuard.Refuse(host, [IPAddress.Parse("10.3.4.5")], 443, EgressPolicy.PublicOnly));

    [Fact]
    public void Plain_text_leads_only_to_what_the_setting_names()
    {
        var policy = EgressPolicy.Parse("10.0.0.0/8");
        Assert.False(EgressGuard.AllowsPlainText([IPAddress.Parse("1.1.1.1")], 80, policy));
        Assert.False(EgressGuard.AllowsPlainText([], 80, policy));
        Assert.True(EgressGuard.AllowsPlainText([IPAddress.Parse("10.0.0.1")], 80, policy));
    }
}

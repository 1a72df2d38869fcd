using System.Net;
using System.Net.Sockets;
using System.Text;
using Mail.Hosting;

namespace Mail.Tests.Decisions.Hosting;

/// <summary>What an instance is called.</summary>
public sealed class InstanceTests
{
    [Theory]
    [InlineData("sender-{number}", 2, "sender-2")]
    [InlineData("berlin-sender-{number}", 12, "berlin-sender-12")]
    [InlineData("sender-7", 2, "sender-7")]
    public void A_name_is_as_it_was_given_with_the_containers_number_in_it(string name, int number, string called) =>
        Assert.Equal(called, Instance.NameOf(name, () => number));

    [Theory]
    [InlineData("sender-{number}")]
    [InlineData("")]
    [InlineData(null)]
    public void Where_the_number_cannot_be_known_or_no_name_is_given_it_is_the_hosts(string? name) =>
        Assert.Equal(Environment.MachineName, Instance.NameOf(name, () => null));

    [Theory]
    [InlineData("mail-senderservice-1", 1)]
    [InlineData("my-mail_2-senderservice-42", 42)]
    [InlineData("mail-senderservice-run-1f0a9c2b7d3e", null)]
    [InlineData("mail-senderservice-run-102030405060", null)]
    [InlineData("senderservice-k4s0c8-094512345678", null)]
    [InlineData("mail-senderservice-0", null)]
    [InlineData("0d325d1ee41a", null)]
    [InlineData("-1", null)]
    [InlineData(null, null)]
    public void The_number_is_what_compose_ends_a_name_with(string? container, int? number) =>
        Assert.Equal(number, ContainerNumber.NumberIn(container));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_containers_name_is_what_the_name_server_has_for_its_address(bool shortened)
    {
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var asked = NameOfAsync(server);
        IPEndPoint? from = null;
        var question = server.Receive(ref from);
        Assert.Equal("\u00015\u00010\u000218\u0003172\u0007in-addr\u0004arpa\0", Encoding.ASCII.GetString(question.AsSpan(12, 25)));
        var name = Encoding.ASCII.GetBytes("\u0014mail-senderservice-3\u000cmail_default\0");
        byte[] answer =
        [
            .. question.AsSpan(0, 2), 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, .. question.AsSpan(12),
            .. shortened ? [0xC0, 12] : question[12..^4], 0, 12, 0, 1, 0, 0, 2, 88, 0, (byte)name.Length, .. name,
        ];
        server.Send(answer, from);
        Assert.Equal("mail-senderservice-3", await asked);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(12)]
    [InlineData(40)]
    [InlineData(51)]
    [InlineData(60)]
    public async Task An_answer_that_is_cut_off_is_no_name(int length)
    {
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var asked = NameOfAsync(server);
        IPEndPoint? from = null;
        var question = server.Receive(ref from);
        byte[] answer =
        [
            .. question.AsSpan(0, 2), 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, .. question.AsSpan(12), 0xC0, 12, 0, 12, 0, 1, 0, 0,
            2, 88, 0, 35, 20, .. "mail-sender"u8,
        ];
        server.Send(answer.AsSpan(0, Math.Min(length, answer.Length)), from);
        Assert.Null(await asked);
    }

    // It waits for a second: on a thread of its own, and answered from this one, no other test keeps it waiting.
    private static Task<string?> NameOfAsync(UdpClient server)
    {
        var endpoint = (IPEndPoint)server.Client.LocalEndPoint!;
        return Task.Factory.StartNew(
            () => ContainerNumber.NameOf(IPAddress.Parse("172.18.0.5"), endpoint), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    [Fact]
    public void Where_no_name_server_answers_there_is_no_name()
    {
        using var free = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var address = (IPEndPoint)free.Client.LocalEndPoint!;
        free.Close();
        Assert.Null(ContainerNumber.NameOf(IPAddress.Parse("172.18.0.5"), address));
    }
}

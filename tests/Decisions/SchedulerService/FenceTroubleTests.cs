using Mail.SchedulerService;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Mail.Tests.Decisions.SchedulerService;

/// <summary>What keeps the database from being checked is said in words that help.</summary>
public sealed class FenceTroubleTests
{
    [Fact]
    public void A_refused_login_is_told_as_one() => Assert.Equal(
        "ConnectionStrings__RabbitMq, or RABBITMQ_USER and RABBITMQ_PASSWORD beside it, is not what RabbitMQ knows: the user or the "
        + "password is wrong.",
        FenceTrouble.Describe(new BrokerUnreachableException(new AuthenticationFailureException("ACCESS_REFUSED - Login was refused"))));

    [Theory]
    [InlineData(530, "NOT_ALLOWED - vhost mail not found", "names a virtual host that RabbitMQ does not have")]
    [InlineData(403, "ACCESS_REFUSED - access to queue 'restore-fence' refused", "names a user who lacks a right")]
    public void What_the_broker_does_not_allow_is_told_as_such(int code, string text, string told) => Assert.Contains(
        told, FenceTrouble.Describe(new OperationInterruptedException(new ShutdownEventArgs(ShutdownInitiator.Peer, (ushort)code, text))),
        StringComparison.Ordinal);

    [Fact]
    public void Where_nothing_is_reached_it_says_why() => Assert.Equal(
        "RabbitMQ can't be reached. Connection refused",
        FenceTrouble.Describe(new BrokerUnreachableException(new AggregateException(new IOException("Connection refused")))));

    [Fact]
    public void Anything_else_speaks_for_itself() =>
        Assert.Equal(
            "PostgreSQL did not answer", FenceTrouble.Describe(new TimeoutException("PostgreSQL did not answer", new IOException("x"))));
}

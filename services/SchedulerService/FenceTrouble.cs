using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Mail.SchedulerService;

/// <summary>Why the database can't be checked, for people. Pure.</summary>
internal static class FenceTrouble
{
    /// <summary>
    /// The reason as a sentence or two. What the broker says of its user and its virtual host names them, and stays in the log.
    /// </summary>
    internal static string Describe(Exception exception) => exception.GetBaseException() switch
    {
        AuthenticationFailureException =>
            "ConnectionStrings__RabbitMq, or RABBITMQ_USER and RABBITMQ_PASSWORD beside it, is not what RabbitMQ knows: the user or the "
            + "password is wrong.",
        OperationInterruptedException { ShutdownReason.ReplyCode: Constants.NotAllowed } =>
            "ConnectionStrings__RabbitMq names a virtual host that RabbitMQ does not have, or that its user has no right to.",
        OperationInterruptedException { ShutdownReason.ReplyCode: Constants.AccessRefused } =>
            "ConnectionStrings__RabbitMq names a user who lacks a right within RabbitMQ's virtual host.",
        // Its own message says that nothing was reached, and not why.
        var cause when exception is BrokerUnreachableException => $"RabbitMQ can't be reached. {cause.Message}",
        _ => exception.Message,
    };
}

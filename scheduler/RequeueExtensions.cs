using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using MassTransit.Middleware;
using Npgsql;
using PostgresScheduler;

namespace MassTransit;

/// <summary>What becomes of a message whose consumer failed through no fault of the message.</summary>
public static class RequeueExtensions
{
    /// <summary>
    /// A message that could not be seen to because a server was away, or because the service is stopping, goes back to its queue. Without
    /// this MassTransit moves it to the error queue, where nobody looks for it. A message that is wrong in itself still goes there.
    /// </summary>
    /// <param name="endpoint">The endpoint. Where its consumers can fail while they go on running, they should be retried first: RabbitMQ
    /// hands a message out again at once, and drops one of a quorum queue that has come back twenty times.</param>
    public static void RequeueWhatServersFailed(this IReceiveEndpointConfigurator endpoint) => endpoint.ConfigureError(error =>
    {
        error.UseFilter(new RequeueFilter());
        error.UseFilter(new GenerateFaultFilter());
        error.UseFilter(new ErrorTransportFilter());
    });

    private sealed class RequeueFilter : IFilter<ExceptionReceiveContext>
    {
        public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
        {
            if (!IsAServers(context.Exception))
            {
                await next.Send(context);
                return;
            }

            if (!context.IsFaulted)
                await context.NotifyFaulted(context.Exception);
            // What leaves the pipe as an exception is given back to the broker.
            ExceptionDispatchInfo.Capture(context.Exception).Throw();
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("requeue");

        private static bool IsAServers(Exception? exception) => exception switch
        {
            // It says what is wrong with the message, whatever showed it: that a time zone is unknown is an IOException of a file at first.
            null or ArgumentException or FormatException or NotSupportedException => false,
            NpgsqlException refused when refused.IsTheMessages() => false,
            NpgsqlException or OperationCanceledException or TimeoutException or SocketException or IOException
                or ObjectDisposedException => true,
            _ => IsAServers(exception.InnerException),
        };
    }
}

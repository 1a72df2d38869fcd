using System.Globalization;
using System.Text;
using Mail.Contracts;
using Mail.Hosting;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Mail.SchedulerService;

/// <summary>
/// What the broker knows that the database can't: how far the system had counted, in a queue that keeps the last message
/// only; and how many wake-ups wait. On a connection of its own: the bus has no word for either.
/// </summary>
internal sealed class BrokerCount(IConfiguration configuration, Instance instance) : IAsyncDisposable
{
    // The name must not change: the count that an older version left would no longer be read.
    private const string Queue = "restore-fence";

    private static readonly Dictionary<string, object?> _lastValue = new(StringComparer.Ordinal)
    {
        ["x-queue-type"] = "quorum",
        ["x-max-length"] = 1,
        ["x-overflow"] = "drop-head",
        // For those who wonder about the message that is always there. RabbitMQ takes arguments that it does not know
        // (https://github.com/rabbitmq/rabbitmq-server/pull/4572), and does not compare them where the queue is there already.
        ["x-description"] =
            "Always holds one message: how far Mail has counted, by which it notices a database that was restored or rolled back. Not a "
            + "backlog. Do not consume or purge it.",
    };

    private static readonly TimeSpan _farewell = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _turn = new(1);
    private Task _closing = Task.CompletedTask;
    private IConnection? _connection;
    private IChannel? _channel;

    /// <summary>How far the system had counted; null where the broker is new or was wiped.</summary>
    /// <remarks>
    /// What is read is published again before it is acknowledged. A message that is read and not acknowledged is hidden from all other
    /// instances as long as this one's connection lives, also where this one fails before it counts on, and a new instance would take
    /// the broker for a wiped one. It is not returned to the queue either: RabbitMQ 4 drops a message that was returned twenty times.
    /// </remarks>
    internal Task<long?> ReadAsync(CancellationToken cancellationToken) => AskAsync(async channel =>
    {
        var (highest, last) = ((long?)null, 0UL);
        while (await channel.BasicGetAsync(Queue, autoAck: false, cancellationToken) is { } message)
        {
            last = message.DeliveryTag;
            if (long.TryParse(Encoding.UTF8.GetString(message.Body.Span), NumberStyles.None, CultureInfo.InvariantCulture, out var counter)
                && !(highest >= counter))
            {
                highest = counter;
            }
        }

        if (highest is { } known)
            await PublishAsync(channel, known, cancellationToken);
        if (last > 0)
            await channel.BasicAckAsync(last, multiple: true, cancellationToken);
        return highest;
    }, cancellationToken);

    /// <summary>Completes when the broker has it for good.</summary>
    internal Task<bool> WriteAsync(long counter, CancellationToken cancellationToken) => AskAsync(async channel =>
    {
        await PublishAsync(channel, counter, cancellationToken);
        return true;
    }, cancellationToken);

    /// <summary>How many wake-ups wait for a sender; none in a queue that is not there yet.</summary>
    internal async Task<uint> WaitingAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(
                async channel => (await channel.QueueDeclarePassiveAsync(Addresses.SendEmailQueue, cancellationToken)).MessageCount,
                cancellationToken);
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return 0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The process ends either way.
        await CloseAsync().WaitAsync(_farewell).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _turn.Dispose();
    }

    // The queue keeps one message: the last one published takes the place of the one before.
    private static ValueTask PublishAsync(IChannel channel, long counter, CancellationToken cancellationToken) => channel.BasicPublishAsync(
        "", Queue, mandatory: true, new BasicProperties { Persistent = true },
        Encoding.UTF8.GetBytes(counter.ToString(CultureInfo.InvariantCulture)), cancellationToken);

    private async Task<T> AskAsync<T>(Func<IChannel, Task<T>> ask, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // The client's own waits do not all end with the token.
            return await ask(await OpenAsync(cancellationToken)).WaitAsync(cancellationToken);
        }
        catch
        {
            // Whatever it was, the channel's state is in doubt; what it had read and not acknowledged goes back to the queue. Not waited
            // for: a broker that is out of memory reads nothing, not even a farewell.
            _closing = CloseAsync();
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<IChannel> OpenAsync(CancellationToken cancellationToken)
    {
        if (_channel is { IsOpen: true })
            return _channel;
        await _closing.WaitAsync(cancellationToken);
        await CloseAsync();
        _connection = await RabbitMq.ConnectAsync(configuration, $"{instance.Name}: restore fence", cancellationToken);
        _channel = await _connection.CreateChannelAsync(
            new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
        await _channel.QueueDeclareAsync(
            Queue, durable: true, exclusive: false, autoDelete: false, _lastValue, cancellationToken: cancellationToken);
        return _channel;
    }

    private async Task CloseAsync()
    {
        var connection = _connection;
        (_connection, _channel) = (null, null);
        if (connection is not null)
            await connection.DisposeAsync();
    }
}

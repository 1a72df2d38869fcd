using Mail.Tests.Fixtures;
using MassTransit;
using RabbitMQ.Client;

namespace Mail.Tests.Servers.Scheduler.Conformance;

/// <summary>
/// What users expect beyond what MassTransit's scheduler in memory can do: that one cancels nothing, has no exchanges, and counts a time to
/// live from the call.
/// </summary>
public abstract class PostgresConformanceTests : ConformanceTests
{
    private readonly SchedulerFixture _fixture;

    private protected PostgresConformanceTests(SchedulerFixture fixture)
        : base(fixture) => _fixture = fixture;

    [Fact]
    public async Task What_is_cancelled_is_neither_sent_nor_published()
    {
        var received = await ListenAsync<Note>();
        var announced = await ListenAsync<Announcement>("-2");
        var due = Now.AddSeconds(5);
        var sent = await _fixture.Scheduler.ScheduleSend(Queue, due, new Note("cancelled"));
        var published = await _fixture.Scheduler.SchedulePublish(due, new Announcement("cancelled"));
        await _fixture.Scheduler.CancelScheduledSend(sent);
        await _fixture.Scheduler.CancelScheduledPublish<Announcement>(published.TokenId);
        await _fixture.Scheduler.ScheduleSend(Queue, due.AddMilliseconds(300), new Note("kept"));
        Assert.Equal(["kept"], (await received.WaitAsync(1)).Select(note => note.Context.Message.Text));
        Assert.DoesNotContain(announced.Messages, announcement => announcement.Text == "cancelled");
    }

    [Fact]
    public async Task A_token_is_scheduled_anew_before_it_is_due_and_after_it_was_cancelled()
    {
        var received = await ListenAsync<Appointment>();
        var (moved, revived, due) = (NewId.NextGuid(), NewId.NextGuid(), Now.AddSeconds(5));
        await _fixture.Scheduler.ScheduleSend(Queue, due, new Appointment(moved, "first"));
        await _fixture.Scheduler.ScheduleSend(Queue, due.AddMilliseconds(100), new Appointment(moved, "second"));
        await _fixture.Scheduler.ScheduleSend(Queue, due, new Appointment(revived, "third"));
        await _fixture.Scheduler.CancelScheduledSend(Queue, revived);
        await _fixture.Scheduler.ScheduleSend(Queue, due.AddMilliseconds(100), new Appointment(revived, "fourth"));
        Assert.Equal(
            ["fourth", "second"],
            (await received.WaitAsync(2)).Select(appointment => appointment.Context.Message.What).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_time_to_live_is_counted_from_the_due_time()
    {
        var received = await ListenAsync<Note>();
        var due = Now.AddSeconds(1.5);
        await _fixture.Scheduler.ScheduleSend(
            Queue, due, new Note("short-lived"), Pipe.Execute<SendContext<Note>>(context => context.TimeToLive = TimeSpan.FromSeconds(1)));
        var (note, _) = Assert.Single(await received.WaitAsync(1));
        Assert.InRange(note.ExpirationTime!.Value.ToUniversalTime(), due.AddSeconds(0.9), due.AddSeconds(1.1));
    }

    [Theory]
    [InlineData("fanout", "", "")]
    [InlineData("direct", "north", "north")]
    [InlineData("topic", "orders.#", "orders.north.7")]
    [InlineData("headers", "", "")]
    public async Task Exchanges_of_every_type_route_it(string type, string binding, string routingKey)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(_fixture.RabbitMq!) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync(QueueName, type, durable: true);
        await channel.QueueDeclareAsync(QueueName, durable: true, exclusive: false, autoDelete: false);
        var headers = new Dictionary<string, object?> { ["x-match"] = "all", ["region"] = "north" };
        await channel.QueueBindAsync(QueueName, QueueName, binding, headers);
        await _fixture.Scheduler.ScheduleSend(
            new Uri($"exchange:{QueueName}?type={type}"), Now, new Note("routed"), Pipe.Execute<SendContext<Note>>(context =>
            {
                if (routingKey.Length > 0)
                    context.SetRoutingKey(routingKey);
                context.Headers.Set("region", "north");
            }));
        var message = await Deadline.UntilAsync(() => channel.BasicGetAsync(QueueName, autoAck: true), result => result is not null);
        Assert.Equal(routingKey, message!.RoutingKey);
    }
}

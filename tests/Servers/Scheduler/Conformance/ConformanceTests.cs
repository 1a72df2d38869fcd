using Mail.Tests.Fixtures;
using MassTransit;
using MassTransit.Contracts.JobService;
using MassTransit.Scheduling;

namespace Mail.Tests.Servers.Scheduler.Conformance;

/// <summary>What MassTransit's users expect of <see cref="IMessageScheduler"/>, whatever is behind it.</summary>
public abstract class ConformanceTests
{
    private readonly SchedulerFixture _fixture;
    private readonly string _queue = $"queue-{NewId.NextGuid():N}";

    static ConformanceTests() => ScheduleTokenId.UseTokenId<Appointment>(appointment => appointment.Token);

    private protected ConformanceTests(SchedulerFixture fixture) => _fixture = fixture;

    private protected static DateTime Now => TimeProvider.System.GetUtcNow().UtcDateTime;

    private protected string QueueName => _queue;

    private protected Uri Queue => new($"queue:{_queue}");

    [Fact]
    public async Task A_message_is_sent_when_it_is_due_and_not_before()
    {
        var received = await ListenAsync<Note>();
        var due = Now.AddMilliseconds(400);
        var scheduled = await _fixture.Scheduler.ScheduleSend(Queue, due, new Note("tea"));
        var (context, at) = Assert.Single(await received.WaitAsync(1));
        Assert.Equal(("tea", scheduled.TokenId), (context.Message.Text, context.GetSchedulingTokenId()));
        Assert.True(at.UtcDateTime >= due - _fixture.Early);
    }

    [Fact]
    public async Task A_message_is_published_when_it_is_due()
    {
        var received = await ListenAsync<Announcement>();
        await _fixture.Scheduler.SchedulePublish(Now.AddMilliseconds(200), new Announcement("tea"));
        Assert.Equal("tea", Assert.Single(await received.WaitAsync(1)).Context.Message.Text);
    }

    [Fact]
    public async Task An_interface_is_scheduled_by_its_values()
    {
        var received = await ListenAsync<IGreeting>();
        await _fixture.Scheduler.ScheduleSend<IGreeting>(Queue, Now.AddMilliseconds(100), new { Text = "hello" });
        Assert.Equal("hello", Assert.Single(await received.WaitAsync(1)).Context.Message.Text);
    }

    [Fact]
    public async Task What_is_due_in_the_past_is_sent_at_once_in_whichever_zone_the_time_is_given()
    {
        var received = await ListenAsync<Note>();
        await _fixture.Scheduler.ScheduleSend(Queue, Now.AddDays(-1), new Note("past"));
        await _fixture.Scheduler.ScheduleSend(Queue, Now.ToLocalTime(), new Note("local"));
        Assert.Equal(
            ["local", "past"], (await received.WaitAsync(2)).Select(note => note.Context.Message.Text).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Ids_addresses_and_headers_of_every_kind_arrive()
    {
        var received = await ListenAsync<Note>();
        var (message, correlation, conversation) = (NewId.NextGuid(), NewId.NextGuid(), NewId.NextGuid());
        var time = new DateTimeOffset(2026, 12, 1, 8, 0, 0, TimeSpan.Zero);
        await _fixture.Scheduler.ScheduleSend(Queue, Now, new Note("dressed"), Pipe.Execute<SendContext<Note>>(context =>
        {
            context.MessageId = message;
            context.CorrelationId = context.RequestId = context.InitiatorId = correlation;
            context.ConversationId = conversation;
            context.ResponseAddress = context.FaultAddress = new Uri("queue:answers");
            context.Headers.Set("text", "as it is");
            context.Headers.Set("number", 42);
            context.Headers.Set("truth", true);
            context.Headers.Set("id", correlation);
            context.Headers.Set("time", time);
            context.Headers.Set("object", new Note("inner"));
        }));
        var (note, _) = Assert.Single(await received.WaitAsync(1));
        Assert.Equal((message, conversation), (note.MessageId, note.ConversationId));
        Assert.Equal((correlation, correlation, correlation), (note.CorrelationId, note.RequestId, note.InitiatorId));
        Assert.Equal((new Uri("queue:answers"), new Uri("queue:answers")), (note.ResponseAddress, note.FaultAddress));
        Assert.Equal(
            ("as it is", 42, true), (note.Headers.Get<string>("text"), note.Headers.Get<int>("number"), note.Headers.Get<bool>("truth")));
        Assert.Equal((correlation, time), (note.Headers.Get<Guid>("id"), note.Headers.Get<DateTimeOffset>("time")));
        Assert.Equal("inner", note.Headers.Get<Note>("object")?.Text);
    }

    [Fact]
    public async Task A_consumer_schedules_through_its_context_and_the_conversation_goes_on()
    {
        var received = await ListenAsync<Note>("-2");
        await ConnectAsync(endpoint => endpoint.Handler<Announcement>(context =>
            context.ScheduleSend(new Uri($"queue:{_queue}-2"), TimeSpan.FromMilliseconds(100), new Note(context.Message.Text))));
        var conversation = NewId.NextGuid();
        await (await _fixture.Bus.GetSendEndpoint(Queue)).Send(
            new Announcement("on and on"), context => context.ConversationId = conversation);
        var (note, _) = Assert.Single(await received.WaitAsync(1));
        Assert.Equal(("on and on", conversation), (note.Message.Text, note.ConversationId));
    }

    [Fact]
    public async Task A_message_whose_consumer_fails_is_delivered_again_after_each_pause()
    {
        var deliveries = new List<int>();
        var received = new Received<Note>();
        await ConnectAsync(endpoint =>
        {
            endpoint.UseScheduledRedelivery(retry => retry.Intervals(200, 300));
            endpoint.Handler<Note>(context =>
            {
                deliveries.Add(context.GetRedeliveryCount());
                return context.GetRedeliveryCount() < 2 ? throw new InvalidOperationException("not yet") : received.ConsumeAsync(context);
            });
        });
        await (await _fixture.Bus.GetSendEndpoint(Queue)).Send(new Note("again"));
        Assert.Equal("again", Assert.Single(await received.WaitAsync(1)).Context.Message.Text);
        Assert.Equal([0, 1, 2], deliveries);
    }

    [Fact]
    public async Task A_sagas_timeout_comes_and_one_that_it_unschedules_does_not()
    {
        var held = await ListenAsync<ReservationHeld>();
        var over = await ListenAsync<ReservationOver>("-2");
        var (forgotten, paid) = (NewId.NextGuid(), NewId.NextGuid());
        await _fixture.Bus.Publish(new Reserved(forgotten));
        await _fixture.Bus.Publish(new Reserved(paid));
        await held.WaitAsync(2);
        await _fixture.Bus.Publish(new Paid(paid));
        Assert.Equal(
            [(forgotten, "expired"), (paid, "paid")],
            (await over.WaitAsync(2)).Select(outcome => (outcome.Context.Message.ReservationId, outcome.Context.Message.How))
                .OrderBy(outcome => outcome.How, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_sagas_request_that_nobody_answers_times_out()
    {
        var over = await ListenAsync<OrderingOver>();
        // Somebody has to be there for the request to have a queue.
        await ConnectAsync(endpoint => endpoint.Handler<CheckStock>(_ => Task.CompletedTask), "nobody-answers");
        var id = NewId.NextGuid();
        await _fixture.Bus.Publish(new PlaceOrder(id));
        Assert.Equal(new OrderingOver(id, "no answer"), Assert.Single(await over.WaitAsync(1)).Context.Message);
    }

    [Fact]
    public async Task A_job_that_failed_is_tried_again()
    {
        var completed = await ListenAsync<JobCompleted>();
        var job = NewId.NextGuid();
        await _fixture.Jobs.GetResponse<JobSubmissionAccepted>(new { JobId = job, Job = new Brew(NewId.NextGuid()) });
        Assert.Equal(job, Assert.Single(await completed.WaitAsync(1)).Context.Message.JobId);
    }

    private protected async Task<Received<T>> ListenAsync<T>(string suffix = "")
        where T : class
    {
        var received = new Received<T>();
        await ConnectAsync(endpoint => endpoint.Handler<T>(received.ConsumeAsync), _queue + suffix);
        return received;
    }

    private async Task ConnectAsync(Action<IReceiveEndpointConfigurator> configure, string? queue = null)
    {
        var handle = _fixture.Bus.ConnectReceiveEndpoint(queue ?? _queue, configure);
        await handle.Ready.WaitAsync(Deadline.Start);
    }
}

public sealed record Note(string Text);

public sealed record Announcement(string Text);

public sealed record Appointment(Guid Token, string What);

public interface IGreeting
{
    string Text { get; }
}

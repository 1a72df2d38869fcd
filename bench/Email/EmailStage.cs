namespace Mail.Bench.Email;

/// <summary>One subject, running, and the sink that it sends to.</summary>
internal sealed class EmailStage : IAsyncDisposable
{
    // What is due in a bulk is stored by then, at the slowest rate that a subject was seen to store at.
    private const double StoredPerSecond = 300;
    private const int WarmUp = 300;

    private readonly TimeProvider _time;

    private EmailStage(IEmailSubject subject, SinkProcess sink, BenchDatabase database, EmailPlan plan, TimeProvider time) =>
        (Subject, Sink, Database, Plan, _time) = (subject, sink, database, plan, time);

    internal IEmailSubject Subject { get; }

    internal SinkProcess Sink { get; }

    internal BenchDatabase Database { get; }

    internal EmailPlan Plan { get; }

    internal DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Far enough to be in nobody's way.</summary>
    internal DateTimeOffset InAMonth => Now + TimeSpan.FromDays(30);

    /// <summary>Starts the subject and has it send a few e-mails, so that compiling and connecting are not measured.</summary>
    internal static async Task<EmailStage> StartAsync(IEmailSubject subject, Servers servers, EmailPlan plan, TimeProvider time)
    {
        var sink = await SinkProcess.StartAsync(time);
        await subject.StartAsync(servers, sink.Port);
        var stage = new EmailStage(subject, sink, new(servers.LastDatabase), plan, time);
        await stage.SendAsync(WarmUp, _ => stage.Now);
        await Callers.RateAsync(
            PlannedEmail.Many(WarmUp / 3, _ => stage.InAMonth),
            async email => await subject.CancelAsync(await subject.ScheduleAsync(email)));
        await stage.Database.SettleAsync();
        return stage;
    }

    /// <summary>An instant by which so many more will be stored.</summary>
    internal DateTimeOffset After(int stored) => DateTimeOffset.FromUnixTimeSeconds(
        (Now + TimeSpan.FromSeconds(6 + (stored / (Subject is OurSystem ? 5 * StoredPerSecond : StoredPerSecond)))).ToUnixTimeSeconds());

    /// <summary>Stores so many, and waits until all have arrived. Returns by how much each was late.</summary>
    /// <param name="count">How many.</param>
    /// <param name="due">When each is due; all have to be stored by then, where the first lies ahead.</param>
    /// <param name="beforeDue">Called once all are stored.</param>
    internal async Task<TimeSpan[]> SendAsync(int count, Func<int, DateTimeOffset> due, Func<Task>? beforeDue = null)
    {
        var emails = PlannedEmail.Many(count, due);
        var ahead = emails[0].Due > Now;
        await Subject.ScheduleAsync(emails);
        if (ahead && Now > emails[0].Due)
            throw new InvalidOperationException($"{Subject.Name} took longer to store {count} e-mails than it was given.");
        if (beforeDue is not null)
            await beforeDue();
        return await Sink.LatenessAsync(emails, emails[^1].Due - Now + TimeSpan.FromMinutes(3));
    }

    /// <summary>Waits until then.</summary>
    internal Task UntilAsync(DateTimeOffset then) => then > Now ? Task.Delay(then - Now, _time) : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Subject.DisposeAsync();
        await Sink.DisposeAsync();
        await Database.DisposeAsync();
    }
}

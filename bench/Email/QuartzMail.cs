using System.Globalization;
using Mail.Bench.Subjects;
using Quartz;

namespace Mail.Bench.Email;

/// <summary>Quartz with its AdoJobStore: one durable job, a trigger an e-mail, the e-mail in the trigger's data.</summary>
internal sealed class QuartzMail : IEmailSubject
{
    private const int BatchSize = 1000;

    private static readonly JobKey _job = new("send");
    private static readonly IJobDetail _detail = JobBuilder.Create<SendJob>().WithIdentity(_job).StoreDurably().RequestRecovery().Build();

    private string _postgres = "";
    private IScheduler _scheduler = null!;

    public string Name => $"Quartz {typeof(IScheduler).Assembly.GetName().Version!.ToString(3)} + MailKit";

    public IReadOnlyList<(string Name, int Id)> Processes => [("worker", Environment.ProcessId)];

    public async Task StartAsync(Servers servers, int smtpPort)
    {
        MailKitPool.Port = smtpPort;
        _postgres = await servers.NewDatabaseAsync();
        _scheduler = await QuartzSchedulerBuilder.Create(quartz =>
        {
            quartz.ConfigureScheduler(
                options => (options.InstanceName, options.InstanceId, options.GenerateInstanceId) = ("bench", "AUTO", true));
            QuartzStore.Configure(quartz, _postgres);
        }).BuildScheduler();
        await _scheduler.Start();
        await _scheduler.AddJob(_detail, AddJobOptions.Replacing);
    }

    public async Task ScheduleAsync(IReadOnlyCollection<PlannedEmail> emails)
    {
        foreach (var batch in emails.Chunk(BatchSize))
        {
            await _scheduler.ScheduleJobs(
                new Dictionary<IJobDetail, IReadOnlyCollection<ITrigger>> { [_detail] = [.. batch.Select(TriggerFor)] },
                ScheduleJobOptions.Replacing);
        }
    }

    public async Task<string> ScheduleAsync(PlannedEmail email)
    {
        await _scheduler.ScheduleJob(TriggerFor(email));
        return email.Id;
    }

    public async Task<bool> CancelAsync(string handle) => await _scheduler.UnscheduleJob(new TriggerKey(handle));

    public async Task FillAsync(int count, DateTimeOffset due) =>
        await QuartzStore.CloneAsync(_postgres, await ScheduleAsync(PlannedEmail.Many(1, _ => due)[0]), count);

    public async ValueTask DisposeAsync()
    {
        await _scheduler.Shutdown();
        await MailKitPool.CloseAsync();
    }

    private static ITrigger TriggerFor(PlannedEmail email) => TriggerBuilder.Create()
        .ForJob(_job)
        .WithIdentity(email.Id)
        .StartAt(email.Due)
        .UsingJobData("to", email.Letter.To)
        .UsingJobData("subject", email.Letter.Subject)
        .UsingJobData("text", email.Letter.Text)
        .UsingJobData("html", email.Letter.Html)
        .Build();

    private sealed class SendJob : IJob
    {
        public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
        {
            var data = context.MergedJobDataMap;
            await MailKitPool.SendAsync(new Letter(context.Trigger.Key.Name, Text("to"), Text("subject"), Text("text"), Text("html")));

            string Text(string name) => Convert.ToString(data[name], CultureInfo.InvariantCulture)!;
        }
    }
}

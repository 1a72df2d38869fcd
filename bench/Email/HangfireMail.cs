using Hangfire;
using Hangfire.PostgreSql;
using Mail.Bench.Subjects;

namespace Mail.Bench.Email;

/// <summary>Hangfire on its PostgreSQL storage, a job an e-mail. Its calls are synchronous, and it has none for many.</summary>
internal sealed class HangfireMail : IEmailSubject
{
    private string _postgres = "";
    private PostgreSqlStorage _storage = null!;
    private BackgroundJobClient _client = null!;
    private BackgroundJobServer _server = null!;

    public string Name => $"Hangfire {typeof(BackgroundJob).Assembly.GetName().Version!.ToString(3)} + MailKit";

    public IReadOnlyList<(string Name, int Id)> Processes => [("worker", Environment.ProcessId)];

    public async Task StartAsync(Servers servers, int smtpPort)
    {
        MailKitPool.Port = smtpPort;
        _postgres = await servers.NewDatabaseAsync();
        _storage = HangfireStore.Open(_postgres);
        _client = new BackgroundJobClient(_storage);
        _server = HangfireStore.Serve(_storage);
    }

    public Task ScheduleAsync(IReadOnlyCollection<PlannedEmail> emails) => Callers.RateAsync(emails, ScheduleAsync);

    public Task<string> ScheduleAsync(PlannedEmail email) =>
        Task.FromResult(_client.Schedule(() => HangfireMailJob.SendAsync(email.Letter), email.Due));

    public Task<bool> CancelAsync(string handle) => Task.FromResult(_client.Delete(handle));

    public async Task FillAsync(int count, DateTimeOffset due) =>
        await HangfireStore.CloneAsync(_postgres, await ScheduleAsync(PlannedEmail.Many(1, _ => due)[0]), count, due);

    public async ValueTask DisposeAsync()
    {
        _server.Dispose();
        await MailKitPool.CloseAsync();
    }

}

/// <summary>The job. Public, since Hangfire wants it so.</summary>
public static class HangfireMailJob
{
    public static Task SendAsync(Letter letter) => MailKitPool.SendAsync(letter);
}

using Mail.ConfigService.Status;
using Mail.Store;
using Mail.Tests.Fixtures;
using Mail.Tests.Servers.Store;

namespace Mail.Tests.Servers.ConfigService;

/// <summary>A client in numbers: by due times, as the search has them, and of that client alone.</summary>
public sealed class ClientQueriesTests(TestServers servers)
{
    [Fact]
    public async Task Each_email_is_counted_where_its_due_time_and_its_status_put_it()
    {
        await using var host = await StoreHost.StartAsync(servers);
        await using var connection = await host.DataSource.OpenConnectionAsync();
        var now = TimeProvider.System.GetUtcNow();
        var next = now.AddHours(2);
        ScheduledEmail[] emails =
        [
            Due(now.AddHours(-1), EmailStatus.Sent), Due(now.AddHours(-23), EmailStatus.Sent), Due(now.AddHours(-25), EmailStatus.Sent),
            Due(now.AddDays(-6), EmailStatus.Failed), Due(now.AddDays(-8), EmailStatus.Failed),
            Due(now.AddMinutes(-1), EmailStatus.Pending),
            Due(now.AddMinutes(-10), EmailStatus.Pending) with { DueAt = now.AddMinutes(20) },
            Due(now.AddHours(1), EmailStatus.Cancelled), Due(next, EmailStatus.Pending), Due(now.AddDays(40), EmailStatus.Pending),
            Due(now.AddMinutes(5), EmailStatus.Pending) with { ClientId = "other" },
        ];
        await EmailInserts.InsertAsync(connection, emails, [NewEmail.Due(now, "text").Body], CancellationToken.None);

        var counts = await ClientQueries.CountAsync(connection, "acme", CancellationToken.None);
        Assert.Equal((2L, 3L), (counts.Day[EmailStatus.Sent], counts.Week[EmailStatus.Sent]));
        Assert.Equal((0L, 1L), (counts.Day[EmailStatus.Failed], counts.Week[EmailStatus.Failed]));
        Assert.Equal((3L, 4L, false), (counts.Ahead, counts.Pending, counts.IsCut));
        // One that waits for another try comes first.
        Assert.Equal(emails[6].DueAt, counts.NextDue!.Value, TimeSpan.FromMilliseconds(1));
        Assert.Equal(
            [emails[6].Id, emails[8].Id, emails[9].Id],
            (await ClientQueries.NextAsync(connection, "acme", 5, CancellationToken.None)).Select(email => email.Id));

        var nobody = await ClientQueries.CountAsync(connection, "nobody", CancellationToken.None);
        Assert.Equal((0L, 0, false), (nobody.Pending, nobody.Week.Count, nobody.IsCut));
        Assert.Null(nobody.NextDue);
    }

    private static ScheduledEmail Due(DateTimeOffset due, string status) => NewEmail.Due(due, "text").Email with { Status = status };
}

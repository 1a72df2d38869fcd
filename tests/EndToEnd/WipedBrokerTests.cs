using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>
/// A broker that lost all that it had can't tell whether PostgreSQL's data is the newest. PostgreSQL can, as long as it was not restarted;
/// and so can a SchedulerService that was running before.
/// </summary>
public sealed class WipedBrokerTests(TestServers servers)
{
    [Fact]
    [Long]
    public async Task An_older_data_directory_beside_an_empty_broker_wakes_held_and_sends_nothing_again()
    {
        await using var postgres = await PrivatePostgres.CreateAsync();
        await using var emails = await TwentyEmails.SentAsync(servers, postgres, () => CopyAsync(postgres));
        await emails.System.StopAsync();
        await PutBackAsync(postgres);
        await servers.WipeAsync(emails.System.RabbitMq);
        await emails.System.RestartAsync();

        Assert.Contains("RabbitMQ knows nothing of this system", await emails.AreHeldAsync(), StringComparison.Ordinal);
        await emails.GoOnAfterTheReleaseAsync();
    }

    [Fact, Long]
    public async Task An_older_data_directory_is_known_by_services_that_went_on_also_where_the_broker_was_wiped()
    {
        await using var postgres = await PrivatePostgres.CreateAsync();
        await using var emails = await TwentyEmails.SentAsync(servers, postgres, () => CopyAsync(postgres), ofEach: 2);
        await postgres.StopAsync();
        await servers.WipeAsync(emails.System.RabbitMq);
        await postgres.PutBackAsync();
        await postgres.StartAsync();

        Assert.Contains("rolled back to an earlier state", await emails.AreHeldAsync(), StringComparison.Ordinal);
        await emails.GoOnAfterTheReleaseAsync();
    }

    [Fact, Long]
    public async Task A_broker_wiped_under_running_services_holds_nothing_and_loses_nothing_also_while_PostgreSQL_restarts()
    {
        await using var postgres = await PrivatePostgres.CreateAsync();
        await using var emails = await TwentyEmails.SentAsync(servers, postgres, () => Task.CompletedTask, ofEach: 2);
        await servers.WipeAsync(emails.System.RabbitMq);
        await emails.SendsAsync();
        await postgres.StopAsync();
        await servers.WipeAsync(emails.System.RabbitMq);
        await postgres.StartAsync();
        await emails.SendsAsync();
        await emails.AreAsync("sent");
    }

    [Fact]
    [Long]
    public async Task A_restart_of_everything_holds_nothing_and_so_does_a_wiped_broker_while_PostgreSQL_goes_on()
    {
        await using var postgres = await PrivatePostgres.CreateAsync();
        await using var emails = await TwentyEmails.SentAsync(servers, postgres, () => Task.CompletedTask);
        await emails.RestartAsync();
        await emails.SendsAsync();
        await emails.System.StopAsync();
        await servers.WipeAsync(emails.System.RabbitMq);
        await emails.System.RestartAsync();
        await emails.SendsAsync();
        await emails.AreAsync("sent");
    }

    private static async Task CopyAsync(PrivatePostgres postgres)
    {
        await postgres.StopAsync();
        await postgres.CopyAsync();
        await postgres.StartAsync();
    }

    private static async Task PutBackAsync(PrivatePostgres postgres)
    {
        await postgres.StopAsync();
        await postgres.PutBackAsync();
        await postgres.StartAsync();
    }
}

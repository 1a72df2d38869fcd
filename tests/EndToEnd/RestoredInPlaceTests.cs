using System.Net;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>
/// A dump that is restored into the very database that it came from: PostgreSQL goes on, and its identifiers are the same. What was sent
/// since the dump is not sent again, however it is restored.
/// </summary>
public sealed class RestoredInPlaceTests(TestServers servers)
{
    private const string Emptied = """
        do $$ begin
          execute (
            select 'truncate ' || string_agg(format('%I.%I', schemaname, tablename), ', ')
            from pg_tables where schemaname in ('mail', 'scheduler'));
        end $$
        """;

    [Theory, Long]
    [InlineData("--clean", "")]
    [InlineData("--data-only --disable-triggers", Emptied)]
    public async Task Nothing_is_sent_again_where_the_services_were_stopped_meanwhile(string options, string before)
    {
        await using var postgres = await PrivatePostgres.CreateAsync();
        await using var emails = await TwentyEmails.SentAsync(servers, postgres, postgres.DumpAsync);
        await emails.System.StopAsync();
        await postgres.RestoreInPlaceAsync(options, before);
        await emails.System.RestartAsync();

        Assert.Contains("restored from a dump", await emails.AreHeldAsync(), StringComparison.Ordinal);
        await emails.GoOnAfterTheReleaseAsync();
    }

    [Fact, Long]
    public async Task Nothing_is_sent_again_where_the_services_went_on()
    {
        await using var postgres = await PrivatePostgres.CreateAsync();
        await using var emails = await TwentyEmails.SentAsync(servers, postgres, postgres.DumpAsync, ofEach: 2);
        await postgres.RestoreInPlaceAsync("--clean --jobs=2");

        Assert.Contains("restored from a dump", await emails.AreHeldAsync(), StringComparison.Ordinal);
        await emails.GoOnAfterTheReleaseAsync();
    }

    [Fact, Long]
    public async Task Nothing_is_sent_again_where_the_broker_was_wiped_as_well()
    {
        await using var postgres = await PrivatePostgres.CreateAsync();
        await using var emails = await TwentyEmails.SentAsync(servers, postgres, postgres.DumpAsync);
        await emails.System.StopAsync();
        await postgres.RestoreInPlaceAsync("--clean");
        await servers.WipeAsync(emails.System.RabbitMq);
        await emails.System.RestartAsync();

        Assert.Contains("restored from a dump", await emails.AreHeldAsync(), StringComparison.Ordinal);
        (await emails.Api.PostAsync("release?dry_run=true")).Expect(HttpStatusCode.OK);
        await emails.GoOnAfterTheReleaseAsync();
    }
}

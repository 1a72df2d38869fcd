using Mail.Store;
using Mail.Tests.Fixtures;
using Marten;

namespace Mail.Tests.Servers.Store;

/// <summary>The numbered steps make of any database what the code expects.</summary>
public sealed class StoreSchemaTests(TestServers servers)
{
    [Theory]
    [InlineData(null)]
    [InlineData(OldVersion.BeforeSteps)]
    public async Task The_steps_make_of_a_new_database_and_of_an_old_one_what_Marten_would(string? version)
    {
        await using var host = await StoreHost.StartAsync(servers, version);
        await host.Documents.Storage.Database.AssertDatabaseMatchesConfigurationAsync();
        // Each once, in their order, however many services started together.
        Assert.Equal(
            await host.AskAsync<int>("select max(version) from mail.schema_version"),
            await host.AskAsync<long>("select count(*) from mail.schema_version"));
    }

    [Fact]
    public async Task What_an_earlier_version_knew_is_there_after_the_steps()
    {
        await using var host = await StoreHost.StartAsync(servers, OldVersion.BeforeSteps);
        await using var session = host.Documents.QuerySession();
        var emails = await session.Query<ScheduledEmail>().ToListAsync();
        Assert.Equal(
            (6, 2),
            (emails.Count(email => email.Status == EmailStatus.Pending), emails.Count(email => email.Status == EmailStatus.Cancelled)));
        Assert.Equal(2, (await session.LoadAsync<EmailConfig>("acme"))!.Revision);
        Assert.Equal("shop", (await session.Query<ApiKey>().SingleAsync()).Name);
        Assert.Equal("migration", (await session.LoadAsync<Hold>("other"))!.Reason);
        Assert.NotNull(await session.LoadAsync<IdempotentRequest>("acme/order-1"));
    }
}

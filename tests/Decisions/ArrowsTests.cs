using System.Reflection;
using Mail.Contracts;
using Mail.Store;
using PostgresScheduler;

namespace Mail.Tests.Decisions;

/// <summary>Arrows go one way: services -> store -> scheduler; contracts -> nothing.</summary>
public sealed class ArrowsTests
{
    [Fact]
    public void Contracts_know_nothing() => Assert.Empty(Rooms(typeof(SendEmail)));

    [Fact]
    public void The_scheduler_knows_nothing_of_the_rest() => Assert.Empty(Rooms(typeof(TimerTable)));

    [Fact]
    public void The_store_knows_contracts_and_the_scheduler() => Assert.Equal(["Contracts", "PostgresScheduler"], Rooms(typeof(ScheduledEmail)));

    [Fact]
    public void Services_do_not_know_each_other()
    {
        foreach (var service in new[] { typeof(Mail.ConfigService.MailJson), typeof(Mail.SenderService.SendBatch), typeof(Mail.SchedulerService.EmailConfigSavedConsumer) })
            Assert.DoesNotContain(Rooms(service), room => room.EndsWith("Service", StringComparison.Ordinal));
    }

    [Fact]
    public void The_scheduler_has_no_word_of_email() =>
        Assert.DoesNotContain(typeof(TimerTable).Assembly.GetTypes(), type => type.FullName!.Contains("mail", StringComparison.OrdinalIgnoreCase));

    private static string[] Rooms(Type type)
    {
        string[] rooms = ["Contracts", "PostgresScheduler", "Store", "Hosting", "ConfigService", "SchedulerService", "SenderService"];
        return [.. type.Assembly.GetReferencedAssemblies().Select((AssemblyName name) => name.Name!).Intersect(rooms).Order(StringComparer.Ordinal)];
    }
}

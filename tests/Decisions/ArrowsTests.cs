using System.Reflection;
using System.Text.RegularExpressions;
using Mail.Contracts;
using Mail.Store;
using PostgresScheduler;

namespace Mail.Tests.Decisions;

/// <summary>Arrows go one way: services -> store -> scheduler; contracts -> nothing.</summary>
public sealed partial class ArrowsTests
{
    [Fact]
    public void Contracts_know_nothing() => Assert.Empty(Rooms(typeof(SendEmail)));

    [Fact]
    public void The_scheduler_knows_nothing_of_the_rest() => Assert.Empty(Rooms(typeof(TimerTable)));

    [Fact]
    public void The_store_knows_contracts_and_the_scheduler() =>
        Assert.Equal(["Contracts", "PostgresScheduler"], Rooms(typeof(ScheduledEmail)));

    [Fact]
    public void Messages_know_the_store() => Assert.Equal(["Store"], Rooms(typeof(Mail.Messages.MessageBuilder)));

    [Fact]
    public void Services_do_not_know_each_other()
    {
        foreach (var service in new[]
        {
            typeof(Mail.ConfigService.MailJson), typeof(Mail.SenderService.Receiving.SendBatch),
            typeof(Mail.SchedulerService.EmailConfigSavedConsumer),
        })
        {
            Assert.DoesNotContain(Rooms(service), room => room.EndsWith("Service", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_scheduler_has_no_word_of_email() =>
        Assert.DoesNotContain(
            typeof(TimerTable).Assembly.GetTypes(), type => type.FullName!.Contains("mail", StringComparison.OrdinalIgnoreCase));

    [Fact]
    public void Folders_of_ConfigService_form_no_circle()
    {
        var folders = Directory.GetDirectories(Path.Combine(Checkout.Root, "services/ConfigService"))
            .Select(path => Path.GetFileName(path)).Except(["bin", "obj"], StringComparer.Ordinal)
            .ToDictionary(folder => folder, UsedFolders, StringComparer.Ordinal);
        Assert.Contains("Emails", folders["EmailConfigs"]);
        while (folders.Keys.FirstOrDefault(folder => !folders[folder].Any(folders.ContainsKey)) is { } lowest)
            folders.Remove(lowest);
        Assert.Empty(folders.Select(folder => $"{folder.Key} -> {string.Join(", ", folder.Value.Where(folders.ContainsKey))}"));
    }

    private static string[] UsedFolders(string folder)
    {
        var texts = Directory.EnumerateFiles(
            Path.Combine(Checkout.Root, "services/ConfigService", folder), "*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) is ".cs" or ".razor").Select(File.ReadAllText);
        return [.. texts.SelectMany(text => UsingConfigService().Matches(text)).Select(match => match.Groups["folder"].Value)
            .Distinct(StringComparer.Ordinal).Where(used => used != folder)];
    }

    [GeneratedRegex(@"using Mail\.ConfigService\.(?<folder>\w+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UsingConfigService();

    private static string[] Rooms(Type type)
    {
        string[] rooms =
            ["Contracts", "PostgresScheduler", "Store", "Hosting", "Messages", "ConfigService", "SchedulerService", "SenderService"];
        return [.. type.Assembly.GetReferencedAssemblies().Select((AssemblyName name) => name.Name!)
            .Intersect(rooms).Order(StringComparer.Ordinal)];
    }
}

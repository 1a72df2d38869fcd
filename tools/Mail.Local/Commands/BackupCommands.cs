using System.CommandLine;
using Mail.Local.Running;

namespace Mail.Local.Commands;

/// <summary><c>./mail backup</c> and <c>./mail restore</c>.</summary>
internal static class BackupCommands
{
    internal static Command CreateBackup(Checkout checkout, LocalSystem system)
    {
        var file = new Argument<string>("file") { Description = "The file, which is not there yet" };
        var command = new Command("backup", "Writes the whole database to a file, while everything runs") { file };
        command.SetAction(async (parsed, _) =>
        {
            await new Backup(checkout, system.RequireRunning(system.LoadSettings())).WriteAsync(parsed.GetRequiredValue(file));
            return 0;
        });
        return command;
    }

    internal static Command CreateRestore(Checkout checkout, LocalSystem system)
    {
        var file = new Argument<string>("file") { Description = "The backup" };
        var yes = new Option<bool>("--yes") { Description = "Without asking" };
        var command = new Command(
            "restore", "Puts a backup in the place of the database; everything is held back until ./mail release") { file, yes };
        command.SetAction(async (parsed, _) =>
        {
            using var locked = await system.LockAsync();
            var backup = new Backup(checkout, system.RequireRunning(system.LoadSettings()));
            await backup.RestoreAsync(parsed.GetRequiredValue(file), parsed.GetValue(yes));
            await system.UpAsync(null, new Dictionary<ServiceKind, int>());
            Terminal.Say(
                $"Restored, e-mails pending: {await backup.CountPendingAsync()}. Everything is held back: what the backup does not know to "
                + "be sent would be\nsent again. ./mail release shows what would go out, and lets it go.");
            return 0;
        });
        return command;
    }
}

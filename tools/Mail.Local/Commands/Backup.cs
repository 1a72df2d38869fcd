using System.Globalization;
using Mail.Local.Processes;
using Mail.Local.Running;
using Mail.Local.Servers;

namespace Mail.Local.Commands;

/// <summary>
/// The database, written to a file and put back. RabbitMQ needs none of it: its messages are wake-ups, which the database can send again.
/// </summary>
/// <param name="checkout">The checkout.</param>
/// <param name="system">The system, which runs.</param>
internal sealed class Backup(Checkout checkout, ILocalSystem system)
{
    private readonly Progress _progress = new(checkout.Run);

    /// <summary>Writes it: under another name until it is whole, so that what is called by the name can be restored.</summary>
    internal async Task WriteAsync(string file)
    {
        if (Path.Exists(file))
            throw new LocalException($"{file} is there already; a backup overwrites none");
        var part = $"{file}.part";
        await _progress.ShowAsync("Backing up", () => DumpAsync(part));
        await RequireBackupAsync(part, $"{part} can't be read back");
        await new Tool("sync", "-f", part).OutputAsync();
        File.Move(part, file);
        Terminal.Say(
            string.Create(CultureInfo.InvariantCulture, $"Wrote {file}, {new FileInfo(file).Length / 1_048_576.0:0.0} MiB, ")
            + $"e-mails pending: {await CountPendingAsync()}. It holds all that the e-mails say: keep it as safe as them.");
    }

    /// <summary>
    /// Restores it into a database beside the present one, which takes its place when it is whole: a restore that fails changes nothing.
    /// The services are stopped at the end.
    /// </summary>
    internal async Task RestoreAsync(string file, bool unasked)
    {
        if (!File.Exists(file))
            throw new LocalException($"{file} can't be read");
        await RequireBackupAsync(file, $"{file} is no backup");
        if (!unasked)
        {
            Terminal.Confirm(
                "to put the backup in the place of the present database", $"Put {file} in the place of the present database?",
                "nothing changed");
        }

        await SqlAsync(
            "postgres", "set client_min_messages = warning", "drop database if exists mail_restoring", "create database mail_restoring");
        var restored = await _progress.ShowAsync("Restoring beside the present database", () => RestoreBesideAsync(file));
        if (restored.ExitCode != 0)
        {
            await SqlAsync("postgres", "drop database mail_restoring");
            throw new LocalException($"the backup could not be restored; nothing changed: {restored.All.Trim()}");
        }

        var before = $"mail_before_{TimeProvider.System.GetUtcNow().ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}";
        Terminal.Say("Stopping the services");
        await system.StopServicesAsync();
        try
        {
            // Whoever else is connected would keep it from being renamed. Both get their names in one transaction.
            await SqlAsync(
                "postgres", "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'mail'",
                $"alter database mail rename to {before}; alter database mail_restoring rename to mail");
        }
        catch (LocalException exception)
        {
            throw new LocalException(
                $"{exception.Message}. Nothing changed, and the services are stopped: ./mail up starts them", exception);
        }

        Terminal.Say($"The database that was there is now called {before}; drop it when nothing in it is missed");
    }

    internal Task<string> CountPendingAsync() =>
        SqlAsync("mail", "select count(*) from mail.mt_doc_scheduled_email where status = 'pending'");

    private async Task DumpAsync(string part)
    {
        PrivateFile.Write(part, "");
        try
        {
            await using var output = new FileStream(part, FileMode.Open, FileAccess.Write);
            if (await system.PostgresTool("pg_dump", null, "--format=custom", "--dbname=mail").RunAsync(output) != 0)
                throw new LocalException("no backup was made");
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }

    private async Task RequireBackupAsync(string file, string otherwise)
    {
        await using var input = File.OpenRead(file);
        if ((await system.PostgresTool("pg_restore", input, "--list").RunAsync()).ExitCode != 0)
            throw new LocalException(otherwise);
    }

    private async Task<ToolResult> RestoreBesideAsync(string file)
    {
        await using var input = File.OpenRead(file);
        return await system.PostgresTool(
            "pg_restore", input, "--exit-on-error", "--single-transaction", "--no-owner", "--dbname=mail_restoring").RunAsync();
    }

    private Task<string> SqlAsync(string database, params string[] statements) =>
        system.PostgresTool(Psql.Program, null, Psql.Arguments(database, statements)).OutputAsync();
}

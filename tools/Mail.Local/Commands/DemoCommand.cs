using System.CommandLine;
using Mail.Local.Running;

namespace Mail.Local.Commands;

/// <summary><c>./mail demo</c>.</summary>
internal static class DemoCommand
{
    internal static Command Create(Checkout checkout, LocalSystem system)
    {
        var command = new Command(
            "demo", "Starts everything, schedules three e-mails and shows each one due, sent and in the inbox");
        command.SetAction(async (_, cancellationToken) =>
        {
            var settings = system.LoadSettings();
            if (!settings.UsesLocalInbox)
            {
                Terminal.Say(
                    $"demo looks into the local inbox, but SMTP_HOST is set ({settings["SMTP_HOST"]}) and e-mail would go there.\n"
                    + "Run it with the inbox instead:  SMTP_HOST= ./mail demo");
                return 2;
            }

            ILocalSystem running;
            using (await system.LockAsync())
                (running, settings) = await system.UpAsync(null, new Dictionary<ServiceKind, int>());
            var api = new ConfigApi(settings);
            if (await api.HoldNoticeAsync() is not null)
                throw new LocalException("nothing would arrive, since everything is held back");
            return await new Demo(api, running.Inbox!).RunAsync(cancellationToken) ? 0 : 1;
        });
        return command;
    }
}

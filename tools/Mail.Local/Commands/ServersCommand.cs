using System.CommandLine;
using Mail.Local.Servers;

namespace Mail.Local.Commands;

/// <summary><c>./mail servers</c>: private PostgreSQL and RabbitMQ servers alone, for whoever builds on them.</summary>
internal static class ServersCommand
{
    internal static Command Create()
    {
        var directory = new Argument<string>("directory") { Description = "The folder of all that they keep" };
        var wipe = new Option<bool>("--wipe") { Description = "Also deletes what they kept, and the folder" };
        var install = new Command("install", "Installs what is missing from the distribution (root); no system service is started");
        install.SetAction(async (_, _) =>
        {
            await Packages.RequireServersAsync();
            return 0;
        });
        var start = new Command("start", "Starts both, waits until they are ready, and prints their addresses") { directory };
        start.SetAction(async (parsed, _) =>
        {
            var servers = new ServerPair(Directory.CreateDirectory(parsed.GetRequiredValue(directory)).FullName);
            await servers.StartAsync();
            Terminal.Print($"POSTGRES={servers.Postgres.ConnectionString}");
            Terminal.Print($"RABBITMQ={servers.RabbitMq.Address}");
            Terminal.Print($"RABBITMQ_MANAGEMENT={servers.RabbitMq.Management}");
            return 0;
        });
        var stop = new Command("stop", "Stops both") { directory, wipe };
        stop.SetAction(async (parsed, _) =>
        {
            var folder = Path.GetFullPath(parsed.GetRequiredValue(directory));
            if (!Directory.Exists(folder))
                return 0;
            var servers = new ServerPair(folder);
            await servers.StopAsync();
            if (parsed.GetValue(wipe))
            {
                servers.Wipe();
                Directory.Delete(folder, recursive: true);
            }

            return 0;
        });
        return new("servers", "PostgreSQL and RabbitMQ alone, on free ports of 127.0.0.1") { install, start, stop };
    }
}

using Mail.Local.Processes;

namespace Mail.Local.Servers;

/// <summary>
/// Private PostgreSQL and RabbitMQ servers on 127.0.0.1, with all that they keep under one directory. What belongs to the system is left
/// alone: its services, its clusters, its configuration files.
/// </summary>
/// <param name="directory">The directory.</param>
public sealed class ServerPair(string directory)
{
    public PostgresServer Postgres { get; } = new(directory);

    public RabbitMqServer RabbitMq { get; } = new(directory);

    /// <summary>Starts both where they do not run. RabbitMQ takes longest: it boots while PostgreSQL does.</summary>
    public async Task LaunchAsync(int postgresPort = 0, RabbitMqPorts rabbitMqPorts = default)
    {
        await RabbitMq.LaunchAsync(rabbitMqPorts);
        await Postgres.LaunchAsync(postgresPort);
    }

    /// <summary>Waits until both are ready.</summary>
    public async Task WaitAsync()
    {
        await Postgres.WaitAsync();
        await RabbitMq.WaitAsync();
    }

    /// <summary>Installs them where they are missing, starts both and waits until they are ready; half a start is taken back.</summary>
    public async Task StartAsync()
    {
        await Packages.RequireServersAsync();
        try
        {
            await LaunchAsync();
            await WaitAsync();
        }
        catch
        {
            await StopAsync();
            throw;
        }
    }

    public async Task StopAsync()
    {
        Postgres.Signal(ProcessSignal.Interrupt); // both at once
        await RabbitMq.StopAsync();
        await Postgres.StopAsync();
    }

    /// <summary>Deletes all that they keep.</summary>
    public void Wipe()
    {
        Postgres.Wipe();
        RabbitMq.Wipe();
    }
}

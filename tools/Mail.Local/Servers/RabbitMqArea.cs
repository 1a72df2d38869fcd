using Mail.Local.Processes;

namespace Mail.Local.Servers;

/// <summary>What a RabbitMQ node keeps. Its name, cookie and password belong to its data, and lie beside it.</summary>
/// <param name="directory">The directory.</param>
internal sealed class RabbitMqArea(string directory)
{
    private readonly string _path = Path.Combine(directory, "rabbitmq");

    internal string Password => Read("password");

    internal string NodeName => Read("node");

    /// <summary>Makes it where it is not there yet.</summary>
    internal void Prepare()
    {
        // A node that was killed in its very first start may have made its database without the user. Nothing was ever stored in it.
        if (Directory.Exists(_path) && !File.Exists(FileOf("complete")))
            Directory.Delete(_path, recursive: true);
        if (Directory.Exists(_path))
            return;
        Directory.CreateDirectory(Path.Combine(directory, "logs"));
        Directory.CreateDirectory(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateDirectory(FileOf("conf.d"));
        PrivateFile.Write(FileOf("password"), PrivateFile.RandomSecret());
        PrivateFile.Write(FileOf(".erlang.cookie"), PrivateFile.RandomSecret(), UnixFileMode.UserRead);
        PrivateFile.Write(FileOf("node"), $"mail-{PrivateFile.RandomSecret()[..12]}@localhost");
        PrivateFile.Write(FileOf("enabled_plugins"), "[rabbitmq_management].\n");
    }

    internal void PrepareNode(RabbitMqArea? first)
    {
        Prepare();
        if (first is not null)
        {
            PrivateFile.Write(FileOf("password"), first.Password);
            PrivateFile.Write(FileOf(".erlang.cookie"), first.Read(".erlang.cookie"), UnixFileMode.UserRead);
        }

        // Or it would be made anew, with a name of its own.
        Complete();
    }

    internal void Configure(string name, string lines) => File.WriteAllText(Path.Combine(FileOf("conf.d"), $"{name}.conf"), lines);

    internal void WriteConfiguration(RabbitMqPorts ports) => PrivateFile.Write(FileOf("rabbitmq.conf"), $"""
        listeners.tcp.1 = 127.0.0.1:{ports.Amqp}
        management.tcp.ip = 127.0.0.1
        management.tcp.port = {ports.Management}
        default_vhost = mail
        default_user = mail
        default_pass = {Password}
        loopback_users = none
        # The default reserves 512 MB on the disk for every node that has a quorum queue.
        raft.wal_max_size_bytes = 64000000

        """);

    /// <summary>
    /// RUNNING_UNDER_SYSTEMD makes the script become the server rather than its parent, so that the pid is the server's. The busy waits
    /// only burn processor time here.
    /// </summary>
    internal Dictionary<string, string> EnvironmentFor(RabbitMqPorts ports) => new(StringComparer.Ordinal)
    {
        ["HOME"] = _path,
        ["LANG"] = "C.UTF-8",
        ["RUNNING_UNDER_SYSTEMD"] = "true",
        ["RABBITMQ_NODENAME"] = NodeName,
        ["RABBITMQ_MNESIA_BASE"] = FileOf("mnesia"),
        ["RABBITMQ_LOG_BASE"] = Path.Combine(directory, "logs"),
        ["RABBITMQ_LOGS"] = "-",
        ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
        ["RABBITMQ_CONFIG_FILE"] = FileOf("rabbitmq.conf"),
        ["RABBITMQ_CONFIG_FILES"] = FileOf("conf.d"),
        ["RABBITMQ_ADVANCED_CONFIG_FILE"] = FileOf("advanced.config"),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = FileOf("enabled_plugins"),
        ["RABBITMQ_DIST_PORT"] = $"{ports.Distribution}",
        ["ERL_EPMD_PORT"] = $"{ports.Mapper}",
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] =
            "+sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}",
    };

    internal void Complete() => File.WriteAllText(FileOf("complete"), "");

    internal void DeleteMessages()
    {
        if (Directory.Exists(FileOf("mnesia")))
            Directory.Delete(FileOf("mnesia"), recursive: true);
    }

    internal void Delete()
    {
        if (Directory.Exists(_path))
            Directory.Delete(_path, recursive: true);
        foreach (var name in (string[])["rabbitmq", "management", "dist", "epmd"])
            File.Delete(Path.Combine(directory, $"{name}.port"));
    }

    private string FileOf(string name) => Path.Combine(_path, name);

    private string Read(string name) => File.ReadAllText(FileOf(name)).Trim();
}

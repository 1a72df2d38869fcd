using System.Globalization;
using System.Runtime.InteropServices;
using Mail.Local.Processes;

namespace Mail.Local.Servers;

/// <summary>A private RabbitMQ node on 127.0.0.1 with the management plugin, and the port mapper that it registers with.</summary>
public sealed class RabbitMqServer
{
    private const string Name = "rabbitmq";

    private readonly string _directory;
    private readonly RabbitMqArea _area;
    private readonly LocalProcess _process;
    private readonly PortMapper _mapper;

    /// <param name="directory">Its directory.</param>
    /// <param name="mapper">The port mapper of its cluster; one of its own where it is left out.</param>
    public RabbitMqServer(string directory, PortMapper? mapper = null)
    {
        _directory = RealPath.Resolve(directory);
        _area = new(_directory);
        _process = new(_directory, Name);
        _mapper = mapper ?? new(_directory);
        IsInCluster = mapper is not null;
    }

    public bool IsAlive => _process.IsAlive;

    /// <summary>Its ports as it was started: for AMQP, for HTTP, between nodes, and that of the port mapper.</summary>
    public RabbitMqPorts Ports => RabbitMqPorts.Read(_process.Fingerprint)
        ?? throw new LocalException($"the RabbitMQ server of {_directory} does not run");

    /// <summary>An AMQP URI.</summary>
    public string Address => $"amqp://mail:{_area.Password}@127.0.0.1:{Ports.Amqp}/mail";

    /// <summary>The HTTP URI of the management API, with user and password.</summary>
    public string Management => $"http://mail:{_area.Password}@127.0.0.1:{Ports.Management}";

    public string Password => _area.Password;

    /// <summary>The node's name in its cluster.</summary>
    public string NodeName => _area.NodeName;

    private bool IsInCluster { get; }

    /// <summary>The server's own script. Debian's wrapper in PATH switches to the user rabbitmq, and to that user's directory.</summary>
    internal static string? FindProgram() =>
        Versions.Newest("/usr/lib/rabbitmq/lib/rabbitmq_server-").Select(folder => Path.Combine(folder, "sbin", "rabbitmq-server"))
            .FirstOrDefault(File.Exists);

    /// <summary>Makes what it keeps, as a node that shares its cookie and password with the first one.</summary>
    /// <param name="first">The first one; null where it is this one.</param>
    public void PrepareNode(RabbitMqServer? first) => _area.PrepareNode(first?._area);

    /// <summary>Adds lines to its configuration, under a name.</summary>
    public void Configure(string name, string lines) => _area.Configure(name, lines);

    /// <summary>Starts it where it does not run. Ports of 0 are those of last time, or free ones.</summary>
    public async Task LaunchAsync(RabbitMqPorts asked = default)
    {
        if (_process.IsAlive)
        {
            if (RabbitMqPorts.Read(_process.Fingerprint) is { } has && asked.AreMetBy(has))
            {
                await _mapper.LaunchAsync(has.Mapper);
                return;
            }

            await StopAsync();
        }

        var program = FindProgram() ?? throw new LocalException("RabbitMQ is not installed");
        Directory.CreateDirectory(_directory);
        var ports = new RabbitMqPorts(
            FreePorts.Choose(_directory, "rabbitmq", asked.Amqp), FreePorts.Choose(_directory, "management", asked.Management),
            FreePorts.Choose(_directory, "dist", asked.Distribution),
            IsInCluster ? _mapper.Port : FreePorts.Choose(_directory, "epmd", asked.Mapper));
        await FreePorts.RequireAsync(ports.Amqp, "RabbitMQ", "MAIL_RABBITMQ_PORT=");
        await FreePorts.RequireAsync(ports.Management, "RabbitMQ's management UI", "MAIL_RABBITMQ_MANAGEMENT_PORT=");
        await FreePorts.RequireAsync(ports.Distribution, "RabbitMQ's distribution", "MAIL_RABBITMQ_DIST_PORT=");
        _area.Prepare();
        _area.WriteConfiguration(ports);
        await _mapper.LaunchAsync(ports.Mapper);
        await _process.LaunchAsync(ports.ToString(), new(program) { Environment = _area.EnvironmentFor(ports) });
    }

    /// <summary>Waits until it takes connections, and answers over HTTP.</summary>
    public async Task WaitAsync()
    {
        while (!await Readiness.WaitAsync(_process, TimeSpan.FromSeconds(90), () => Readiness.AnswersAsync(Ports.Amqp)))
            await LaunchAsync();
        await Readiness.WaitAsync(_process, TimeSpan.FromSeconds(30), () => Readiness.AnswersAsync(Ports.Management));
        _area.Complete();
    }

    public async Task StopAsync()
    {
        await _process.StopAsync(ProcessSignal.Terminate, TimeSpan.FromSeconds(30));
        if (!IsInCluster)
            await _mapper.StopAsync();
    }

    /// <summary>SIGKILL, as if its machine were gone.</summary>
    public async Task KillAsync()
    {
        if (!_process.IsAlive)
            throw _process.Failed($"{Name} had ended by itself");
        await _process.StopAsync(ProcessSignal.Kill, TimeSpan.FromSeconds(5));
    }

    /// <summary>Deletes what it kept of queues and messages, and leaves its name and password.</summary>
    public void Forget() => _area.DeleteMessages();

    /// <summary>Deletes all that it keeps.</summary>
    public void Wipe() => _area.Delete();
}

/// <summary>The ports of a node; 0 leaves one open.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RabbitMqPorts(int Amqp, int Management, int Distribution, int Mapper)
{
    public override string ToString() => $"{Amqp} {Management} {Distribution} {Mapper}";

    internal static RabbitMqPorts? Read(string? fingerprint)
    {
        var ports = (fingerprint ?? "").Split(' ');
        return ports.Length == 4 && Array.TrueForAll(ports, port => Number(port) is not null)
            ? new(Number(ports[0])!.Value, Number(ports[1])!.Value, Number(ports[2])!.Value, Number(ports[3])!.Value)
            : null;

        static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;
    }

    internal bool AreMetBy(RabbitMqPorts has) =>
        Meets(Amqp, has.Amqp) && Meets(Management, has.Management) && Meets(Distribution, has.Distribution) && Meets(Mapper, has.Mapper);

    private static bool Meets(int asked, int has) => asked == 0 || asked == has;
}

using Mail.Local.Processes;
using Mail.Local.Settings;

namespace Mail.Local.Running;

/// <summary>Runs a Docker command with more variables, to its end.</summary>
internal delegate Task<ToolResult> RunDocker(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?> environment);

/// <summary>Docker compose on this checkout's files, as a plain <c>docker compose up</c> uses them.</summary>
internal sealed class Compose
{
    private readonly string[] _project;
    private readonly RunDocker _run;

    /// <param name="root">The folder of the compose files.</param>
    /// <param name="settings">The settings; the caller's environment comes before <c>.env</c>, as compose has it.</param>
    /// <param name="run">Runs docker; for real where it is left out.</param>
    internal Compose(string root, LocalSettings settings, RunDocker? run = null)
    {
        _run = run ?? ((arguments, environment) => Docker(arguments, environment).RunAsync());
        _project =
        [
            "compose", "--project-directory", root, "-f", Path.Combine(root, "docker-compose.yml"),
            "-f", Path.Combine(root, "docker-compose.override.yml"),
        ];
        // What the settings took out of the environment, or put into it.
        foreach (var name in (string[])["API_KEY", "SECRETS_PUBLIC_KEY", "SECRETS_PRIVATE_KEYS"])
            Environment[name] = settings.Environment.GetValueOrDefault(name);
    }

    /// <summary>Variables beside those of this process; null takes one away.</summary>
    internal Dictionary<string, string?> Environment { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether docker knows the command.</summary>
    internal async Task<bool> IsInstalledAsync() => (await _run(["compose", "version"], Environment)).ExitCode == 0;

    /// <summary>Runs a command, and keeps what it prints.</summary>
    internal Task<ToolResult> RunAsync(params string[] arguments) => _run([.. _project, .. arguments], Environment);

    /// <summary>Runs a command that shows its progress itself.</summary>
    internal Task<int> RunInTerminalAsync(IEnumerable<string> arguments, CancellationToken cancellationToken = default) =>
        Docker([.. _project, .. arguments], Environment).RunInTerminalAsync(cancellationToken);

    /// <summary>A command in a container, fed by a stream.</summary>
    internal Tool Exec(Stream? input, string service, params string[] command) =>
        new("docker", [.. _project, "exec", "-T", service, .. command]) { Environment = Environment, Input = input };

    private static Tool Docker(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?> environment) =>
        new("docker", arguments) { Environment = environment };
}

namespace Mail.Local.Processes;

/// <summary>A program that is to run in the background.</summary>
/// <param name="Program">Its path, or its name where PATH leads to it.</param>
/// <param name="Arguments">Its arguments. Whoever is on the machine can read them: secrets go into the environment.</param>
public sealed record ProgramStart(string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>All of its environment, but for PATH, which is that of this process.</summary>
    public IEnumerable<KeyValuePair<string, string>> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The folder that it begins in.</summary>
    public string WorkingDirectory { get; init; } = "/";
}

namespace Mail.Local.Processes;

/// <summary>The Docker engine that the command <c>docker</c> talks to.</summary>
public static class DockerEngine
{
    /// <summary>Whether one answers, within fifteen seconds.</summary>
    public static async Task<bool> AnswersAsync() =>
        Tool.Find("docker") is { } docker && (await new Tool("timeout", "15", docker, "info").RunAsync()).ExitCode == 0;
}

using System.Globalization;
using Mail.Local.Processes;

namespace Mail.Local.Servers;

/// <summary>Erlang's port mapper (epmd). Were a node left to start its own, that would outlive it, unnamed.</summary>
/// <param name="directory">Its directory.</param>
public sealed class PortMapper(string directory)
{
    private readonly LocalProcess _process = new(directory, "epmd");

    /// <summary>The port that it was started on.</summary>
    public int Port => int.Parse(_process.Fingerprint ?? "0", CultureInfo.InvariantCulture);

    public async Task LaunchAsync(int port)
    {
        if (_process.IsAlive)
        {
            if (_process.Fingerprint == $"{port}")
                return;
            await StopAsync();
        }

        await FreePorts.RequireAsync(port, "Erlang's port mapper", "MAIL_EPMD_PORT=");
        await _process.LaunchAsync($"{port}", new("epmd", "-port", $"{port}", "-address", "127.0.0.1"));
        await Readiness.WaitAsync(_process, TimeSpan.FromSeconds(10), () => Readiness.AnswersAsync(port));
    }

    public Task StopAsync() => _process.StopAsync(ProcessSignal.Terminate, TimeSpan.FromSeconds(5));
}

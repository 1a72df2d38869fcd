using System.Diagnostics;
using System.Globalization;

namespace Mail.Bench.Email;

/// <summary>The sink, as a process of its own, so that nobody's processor time is taken for another's.</summary>
internal sealed class SinkProcess : IAsyncDisposable
{
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(50);

    private readonly Process _process;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, DateTimeOffset> _first = new(StringComparer.Ordinal);
    private readonly Task _reading;
    private int _twice;

    private SinkProcess(Process process, int port, TimeProvider time)
    {
        (_process, Port, _time) = (process, port, time);
        _reading = ReadAsync();
    }

    internal int Port { get; }

    internal int Id => _process.Id;

    internal static async Task<SinkProcess> StartAsync(TimeProvider time)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(SinkProcess).Assembly.Location, Sink.Verb])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var port = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The sink did not start.");
        return new(process, int.Parse(port, CultureInfo.InvariantCulture), time);
    }

    /// <summary>By how much each arrived after it was due, in the order given, once all have; those still missing then fail it.</summary>
    internal async Task<TimeSpan[]> LatenessAsync(IReadOnlyCollection<PlannedEmail> emails, TimeSpan within)
    {
        var started = _time.GetTimestamp();
        while (true)
        {
            lock (_first)
            {
                if (emails.All(email => _first.ContainsKey(email.Id)))
                    return [.. emails.Select(email => _first[email.Id] - email.Due)];
                if (_time.GetElapsedTime(started) > within)
                {
                    throw new TimeoutException(
                        $"{emails.Count(email => !_first.ContainsKey(email.Id))} of {emails.Count} e-mails did not arrive "
                        + $"within {within}.");
                }
            }

            await Task.Delay(_poll);
        }
    }

    /// <summary>How many arrived more than once, ever.</summary>
    internal int Twice
    {
        get
        {
            lock (_first)
                return _twice;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _reading;
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Split(' ') is not [var at, var id])
                continue;
            lock (_first)
            {
                if (!_first.TryAdd(id, DateTimeOffset.UnixEpoch + TimeSpan.FromMicroseconds(long.Parse(at, CultureInfo.InvariantCulture))))
                    _twice++;
            }
        }
    }
}

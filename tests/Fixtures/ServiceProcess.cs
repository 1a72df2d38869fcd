using System.Collections.Concurrent;
using System.Diagnostics;
using Mail.Local.Processes;

namespace Mail.Tests.Fixtures;

/// <summary>One instance of a service, as a process: what is killed here dies as it would in production.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    private readonly string _service;
    private readonly string _folder;
    private readonly string[] _arguments;
    private readonly Dictionary<string, string?> _environment;
    private readonly ConcurrentQueue<string> _log = new();
    private Process? _process;

    /// <param name="service">The service's name, for example <c>SenderService</c>.</param>
    /// <param name="environment">Variables beside those of the tests' own environment; null takes one away.</param>
    /// <param name="folder">The folder of the repository that has it.</param>
    /// <param name="arguments">What follows on its command line.</param>
    public ServiceProcess(string service, Dictionary<string, string?> environment, string folder = "services", params string[] arguments)
    {
        _service = service;
        _folder = folder;
        _arguments = arguments;
        _environment = environment;
        Address = new Uri($"http://127.0.0.1:{FreePorts.Find(1)[0]}");
    }

    public Uri Address { get; }

    /// <summary>Its pid, once it is started.</summary>
    public int Id => _process?.Id ?? throw new InvalidOperationException($"{_service} was not started.");

    /// <summary>A service on these servers, with variables beside their addresses.</summary>
    public static ServiceProcess On(
        string postgres, string rabbitMq, string service, Dictionary<string, string?>? environment = null, params string[] arguments)
    {
        var all = new Dictionary<string, string?>(environment ?? [], StringComparer.Ordinal);
        all.TryAdd("ConnectionStrings__Postgres", postgres);
        all.TryAdd("ConnectionStrings__RabbitMq", rabbitMq);
        return new(service, all, arguments: arguments);
    }

    /// <summary>Everything that the service logged.</summary>
    public string Log => string.Join('\n', _log);

    /// <summary>Waits until it has logged this: lines are written a moment after what they tell of.</summary>
    public Task SaysAsync(string line) =>
        Deadline.UntilAsync(() => Task.FromResult(Log), log => log.Contains(line, StringComparison.Ordinal));

    /// <summary>What it logged last, under its name: for the failure of a test.</summary>
    public string LastWords => $"{_service} at {Address} said last:\n{string.Join('\n', _log.TakeLast(30))}";

    /// <summary>Starts it, and waits until it answers at the path.</summary>
    public async Task StartAsync(string until = "/health/ready")
    {
        Launch();
        await WaitAsync(until);
    }

    /// <summary>Waits until it answers at the path.</summary>
    public async Task WaitAsync(string until)
    {
        using var client = new HttpClient { BaseAddress = Address };
        await Deadline.UntilAsync(
            async () =>
            {
                if (_process!.HasExited)
                    throw new InvalidOperationException($"{_service} ended with {_process.ExitCode}:\n{Log}");
                try
                {
                    using var answer = await client.GetAsync(new Uri(until, UriKind.Relative));
                    return (Ready: answer.IsSuccessStatusCode, Text: await answer.Content.ReadAsStringAsync());
                }
                catch (HttpRequestException exception)
                {
                    return (Ready: false, Text: $"{exception.Message}\n{Log}");
                }
            },
            answer => answer.Ready,
            Deadline.Start);
    }

    /// <summary>Starts it, and waits until it ends by itself.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> RunToEndAsync()
    {
        Launch();
        await _process!.WaitForExitAsync().WaitAsync(Deadline.Start);
        return _process.ExitCode;
    }

    /// <summary>Stops it, and starts it with other values of some variables, at the same address.</summary>
    public async Task RestartAsync(params (string Name, string Value)[] changed)
    {
        await StopAsync();
        await DisposeAsync();
        foreach (var (name, value) in changed)
            _environment[name] = value;
        await StartAsync();
    }

    /// <summary>SIGKILL.</summary>
    public void Kill() => _process?.Kill();

    /// <summary>SIGTERM, and the wait for its end.</summary>
    public async Task StopAsync()
    {
        if (_process is not { HasExited: false })
            return;
        _process.Send(ProcessSignal.Terminate);
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Deadline.Start);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{_service} goes on {Deadline.Start} after SIGTERM. {LastWords}", exception);
        }
    }

    /// <summary>SIGTERM, and how long it takes to end.</summary>
    public async Task<TimeSpan> StopAndMeasureAsync()
    {
        var told = TimeProvider.System.GetTimestamp();
        await StopAsync();
        return TimeProvider.System.GetElapsedTime(told);
    }

    /// <summary>SIGSTOP: it does nothing more, and its connections stay open.</summary>
    public void Pause() => _process!.Send(ProcessSignal.Stop);

    /// <summary>SIGCONT.</summary>
    public void Continue() => _process!.Send(ProcessSignal.Continue);

    public async ValueTask DisposeAsync()
    {
        if (_process is null)
            return;
        Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Starts it, and waits for nothing.</summary>
    public void Launch()
    {
        var dll = Path.Combine(Repository.Root, _folder, _service, "bin", Repository.Configuration, "net10.0", $"{_service}.dll");
        var start = new ProcessStartInfo("dotnet", [dll, .. _arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_URLS"] = Address.ToString();
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        // It lives for seconds. To compile again what was called often took a fifth of the processor time of all tests.
        if (LongAttribute.IsShortTest)
            start.Environment["DOTNET_TC_CallCounting"] = "0";
        foreach (var (name, value) in _environment)
        {
            if (value is null)
                start.Environment.Remove(name);
            else
                start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }
}

using Mail.Local.Processes;
using Mail.Local.Settings;

namespace Mail.Local.Running;

/// <summary>Which of the two ways the system runs in, and what both have in common.</summary>
/// <param name="checkout">The checkout.</param>
internal sealed class LocalSystem(Checkout checkout)
{
    internal const string LockName = "lock";

    internal LocalSettings LoadSettings() => LocalSettings.Load(checkout.Root, LocalSettings.OwnEnvironment());

    /// <summary>Two at once would start everything twice.</summary>
    internal Task<IDisposable> LockAsync()
    {
        Directory.CreateDirectory(checkout.Run);
        return FileLock.TakeAsync(
            Path.Combine(checkout.Run, LockName), () => Terminal.Say("Waiting for another ./mail to finish"));
    }

    /// <summary>The one that runs; where none does, the one that could run here without being chosen.</summary>
    internal ILocalSystem Current(LocalSettings settings) => Of(checkout.Mode ?? DefaultMode, settings);

    /// <exception cref="LocalException">Nothing runs.</exception>
    internal ILocalSystem RequireRunning(LocalSettings settings) =>
        checkout.Mode is { } mode ? Of(mode, settings) : throw new LocalException("nothing is running; ./mail up starts it");

    /// <summary>Starts everything, or mends it, and says where it is. The lock is taken.</summary>
    /// <param name="asked">The mode that was asked for.</param>
    /// <param name="scale">The instances that were asked for.</param>
    internal async Task<(ILocalSystem System, LocalSettings Settings)> UpAsync(
        string? asked, IReadOnlyDictionary<ServiceKind, int> scale)
    {
        var running = checkout.Mode;
        if (asked is not null && running is not null && asked != running)
            throw new LocalException($"the system is running with --{running}; stop it first with ./mail down");
        var mode = asked ?? running ?? (await DockerEngine.AnswersAsync() ? DockerSystem.ModeName : NativeSystem.ModeName);
        var settings = LoadSettings().WithKeys(checkout.Root);
        var system = Of(mode, settings);
        var rabbitMq = await system.UpAsync(scale);
        await PrintAddressesAsync(system, settings, rabbitMq);
        return (system, settings);
    }

    /// <summary>Stops everything. What is not running may still have data to wipe, on either side. The lock is taken.</summary>
    internal async Task DownAsync(bool wipe)
    {
        var (running, settings) = (checkout.Mode, LoadSettings());
        if (Checkout.IsInContainer
            || ((running == DockerSystem.ModeName || (wipe && running is null)) && await DockerEngine.AnswersAsync()))
        {
            await Of(DockerSystem.ModeName, settings).DownAsync(wipe);
        }

        if (!Checkout.IsInContainer)
            await Of(NativeSystem.ModeName, settings).DownAsync(wipe);
        checkout.ForgetMode();
    }

    private static string DefaultMode => Checkout.IsInContainer ? DockerSystem.ModeName : NativeSystem.ModeName;

    private ILocalSystem Of(string mode, LocalSettings settings) => mode == DockerSystem.ModeName
        ? new DockerSystem(checkout, settings, new Compose(checkout.Root, settings))
        : new NativeSystem(checkout, settings);

    private static async Task PrintAddressesAsync(ILocalSystem system, LocalSettings settings, string rabbitMq)
    {
        var api = new ConfigApi(settings);
        // Where the key is kept, for those who look for it later.
        var place = settings.Environment.GetValueOrDefault("API_KEY") is { Length: > 0 } ? "API_KEY in the environment" : "API_KEY in .env";
        Terminal.Print();
        Terminal.Print($"API       {api.Address}/api/v1");
        Terminal.Print($"Page      {api.Address}/");
        Terminal.Print($"Docs      {api.Address}/docs");
        Terminal.Print($"Inbox     {system.Inbox ?? $"none: e-mail goes to {settings["SMTP_HOST"]}"}");
        Terminal.Print($"RabbitMQ  {rabbitMq}");
        Terminal.Print($"API key   {settings["API_KEY"]}   ({place})");
        if (await api.HoldNoticeAsync() is { } notice)
        {
            Terminal.Print();
            Terminal.Print($"HELD: {notice}");
        }
    }
}

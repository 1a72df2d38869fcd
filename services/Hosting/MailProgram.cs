namespace Mail.Hosting;

/// <summary>What the programs of all services begin with.</summary>
public static class MailProgram
{
    /// <summary>
    /// Runs a service, or the health probe where the arguments ask for it. A setting that the service can't start with ends it with one
    /// line on the standard error, which is the last that a platform shows of it.
    /// </summary>
    /// <param name="args">The command line.</param>
    /// <param name="run">Runs the service; returns its exit code.</param>
    /// <returns>The exit code; 1 where a setting is at fault.</returns>
    public static async Task<int> RunAsync(string[] args, Func<Task<int>> run)
    {
        TrimmedSettings.TrimEnvironment();
        try
        {
            return HealthProbe.Wanted(args) ? await HealthProbe.RunAsync(args) : await RunAsync(run);
        }
        catch (SettingException setting)
        {
            await Console.Error.WriteLineAsync(setting.Message);
            return 1;
        }
    }

    // What led to an exception is in the log.
    private static async Task<int> RunAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        finally
        {
            await Serilog.Log.CloseAndFlushAsync();
        }
    }
}

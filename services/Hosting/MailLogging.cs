using Serilog;
using Serilog.Configuration;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace Mail.Hosting;

internal static class MailLogging
{
    // A process that is killed loses the lines of so long. One that ends by itself, or by an exception, writes all.
    private static readonly BatchingOptions _batches = new()
    {
        BufferingTimeLimit = TimeSpan.FromMilliseconds(20),
        EagerlyEmitFirstEvent = true,
        BatchSizeLimit = 1000,
        QueueLimit = 100_000,
    };

    /// <summary>
    /// Serilog on the console: lines for people in development, a JSON object a line elsewhere. <see cref="MailProgram"/> writes what is
    /// left when the program ends.
    /// </summary>
    internal static void AddMailLogging(this WebApplicationBuilder builder)
    {
        var level = SettingsAtStart.LogLevel(builder.Configuration);
        var logger = new LoggerConfiguration()
            .MinimumLevel.Is(level)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
            // An error for each probe that a start or a stop meets. Probes have the answer, and what is amiss logs itself.
            .MinimumLevel.Override("Microsoft.Extensions.Diagnostics.HealthChecks", LogEventLevel.Fatal)
            .MinimumLevel.Override("System", LogEventLevel.Warning)
            .MinimumLevel.Override("Npgsql", LogEventLevel.Warning)
            .MinimumLevel.Override("Marten", LogEventLevel.Warning)
            .Enrich.FromLogContext()
            .Enrich.WithProperty("Instance", Instance.From(builder.Configuration).Name);
        logger = builder.Environment.IsDevelopment()
            ? logger.WriteTo.Console(
                formatProvider: null, outputTemplate: "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}")
            : logger.WriteTo.Sink(new ConsoleLines(new RenderedCompactJsonFormatter(), Console.OpenStandardOutput()), _batches);
        Serilog.Log.Logger = logger.CreateLogger();
        builder.Services.AddSerilog(Serilog.Log.Logger);
    }
}
